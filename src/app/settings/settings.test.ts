import { expect, test } from 'vitest';
import { configurationSchema } from './configuration.ts';
import { resolveSettings } from './settings.ts';

const configured = configurationSchema.parse({
  defaults: { agent_timeout: 20, max_workers: 2 },
  agent: { environment: ['A'] },
  workspace: { sandbox: 'on', setup: '' },
  github: { draft: true, ci_fixes: 0 },
});
const env = { AMPLIHACK_AGENT_TIMEOUT: '30', FLOTILLA_SANDBOX: 'off' };

test('the command line goes before the environment, that before the configuration, that before our defaults', () => {
  const options = { timeout: 40, sandbox: 'auto', setup: 'make', ciFixes: 3, env: ['B'] } as const;
  expect(resolveSettings(options, configured, env)).toMatchObject({
    ...{ timeoutSeconds: 40, sandbox: 'auto', setup: 'make', ciFixes: 3, variables: ['A', 'B'] },
  });
  expect(resolveSettings({}, configured, env)).toMatchObject({
    ...{ timeoutSeconds: 30, sandbox: 'off', setup: '', ciFixes: 0, isDraft: true },
    ...{ variables: ['A'], maxWorkers: 2, wantedWorkers: 2, isMaxWorkersGiven: true },
  });
  expect(resolveSettings({}, configured, { FLOTILLA_SANDBOX: '' })).toMatchObject({
    ...{ timeoutSeconds: 20, sandbox: 'on' },
  });
  expect(resolveSettings({}, configurationSchema.parse({}), {})).toMatchObject({
    ...{ timeoutSeconds: 1800, stallSeconds: 300, checkTimeoutSeconds: 600, ciFixes: 2 },
    ...{ statusIntervalSeconds: 30, successThresholdPercent: 80, agent: 'claude', model: null },
    ...{ sandbox: 'auto', setup: null, checks: null, batches: null, soloControl: 0 },
    ...{ isDraft: false, isOutOfScopeAllowed: false, forge: 'auto', merge: 'never' },
    ...{ wantedWorkers: 5, isMaxWorkersGiven: false },
  });
});

test.each([
  [
    { AMPLIHACK_AGENT_TIMEOUT: '1o' },
    /AMPLIHACK_AGENT_TIMEOUT cannot be "1o": it must be a number/,
  ],
  [{ AMPLIHACK_SUCCESS_THRESHOLD: '101' }, /AMPLIHACK_SUCCESS_THRESHOLD cannot be "101": .*100/],
  [{ FLOTILLA_SANDBOX: 'no' }, /FLOTILLA_SANDBOX cannot be "no": it must be auto, on or off/],
])('a variable that makes no sense is refused: %j', (wrong, words) => {
  const resolve = (): unknown => resolveSettings({}, configured, wrong);
  expect(resolve).toThrow(
    expect.objectContaining({
      problem: { code: 'usage', message: expect.stringMatching(words) as string },
    }),
  );
});
