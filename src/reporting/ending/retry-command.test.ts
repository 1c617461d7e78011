import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { dice } from '../../../test/rig/dice.ts';
import { sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { goOnCommand, oneByOneCommand, restCommand, retryCommand } from './retry-command.ts';

function stateOf(sample: Sample): RunState {
  return foldRun(sampleEvents(sample)) as RunState;
}

/** The words of a command as a shell reads them. */
function wordsOf(command: string): readonly string[] {
  const script = `flotilla() { printf '%s\\n' "$@"; }\n${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
}

test('a run that was given nothing goes on with nothing', () => {
  expect(goOnCommand(stateOf({}))).toBe('flotilla orchestrate issue.md');
});

test('all that was given is given again, each as one word', () => {
  const given = {
    agent: "command:sh -c 'echo $HOME'",
    model: 'big one',
    maxWorkers: 3,
    timeoutSeconds: 90,
    stallSeconds: 40,
    checkTimeoutSeconds: 50,
    setup: '',
    checks: ['npm test', 'npm run "lint it"'],
    base: 'release',
    sandbox: 'off',
    variables: ['DATABASE_URL', 'TOKEN'],
    maxCostUsd: 2.5,
    maxTurns: 7,
    successThresholdPercent: 0,
    isOutOfScopeAllowed: true,
  } as const;
  const words = wordsOf(goOnCommand(stateOf({ source: '/my issue.md', given })));
  expect(words).toEqual([
    ...['orchestrate', '/my issue.md', '--allow-out-of-scope', '--agent', given.agent],
    ...['--model', 'big one', '--max-workers', '3', '--timeout', '90', '--stall', '40'],
    ...['--max-turns', '7', '--max-cost', '2.5', '--env', 'DATABASE_URL', '--env', 'TOKEN'],
    ...['--sandbox', 'off', '--base', 'release', '--setup', ''],
    ...['--check', 'npm test', '--check', 'npm run "lint it"', '--check-timeout', '50'],
    ...['--success-threshold', '0'],
  ]);
});

test('a flag that helps stands in place of the one that was given', () => {
  const failure = { reason: 'timed-out', message: 'too long', limitSeconds: 90 } as const;
  const state = stateOf({
    tasks: [{ outcome: 'failed', failure }],
    given: { agent: 'command:true', timeoutSeconds: 90, maxWorkers: 4 },
  });
  const start = 'flotilla orchestrate issue.md --retry --agent command:true';
  expect(retryCommand(state)).toBe(`${start} --max-workers 4 --timeout 180`);
  expect(oneByOneCommand(state)).toBe(`${start} --max-workers 1 --timeout 90`);
});

test('twice a long time is no longer than can be timed', () => {
  const failure = { reason: 'timed-out', message: 'too long', limitSeconds: 2_000_000 } as const;
  const state = stateOf({ tasks: [{ outcome: 'failed', failure }] });
  expect(retryCommand(state)).toContain('--timeout 2147483');
});

test('tasks that were not chosen stay left out, until they are what is asked for', () => {
  const state = stateOf({
    tasks: [{ outcome: 'queued' }, { outcome: 'failed' }, { outcome: 'completed' }],
    only: [3],
  });
  expect(retryCommand(state)).toBe('flotilla orchestrate issue.md --retry --tasks 2,3');
  expect(goOnCommand(state)).toBe('flotilla orchestrate issue.md --tasks 2,3');
  expect(restCommand(state)).toBe('flotilla orchestrate issue.md');
  const all = stateOf({ tasks: [{ outcome: 'failed' }, { outcome: 'completed' }], only: [2] });
  expect(retryCommand(all)).toBe('flotilla orchestrate issue.md --retry');
});

test('a shell hands the printed command over word by word, whatever was given', () => {
  const letters = 'ab \'"\\$`;&|<>(){}[]*?!#~=\n\t\u001b\u202e01/.-';
  for (let seed = 1; seed <= 40; seed += 1) {
    const { text } = dice(seed);
    const [source, setup, check, base] = [1, 2, 3, 4].map(() => `x${text(letters, 12)}y`);
    const given = { setup: setup ?? null, checks: [check ?? ''], base: base ?? null };
    const state = stateOf({ source: source ?? '', given });
    const command = `flotilla() { printf '%s\\0' "$@"; }; ${retryCommand(state)}`;
    const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\0');
    expect(words.slice(0, 2), `seed ${seed}`).toEqual(['orchestrate', source]);
    for (const [flag, value] of Object.entries({
      '--setup': setup,
      '--check': check,
      '--base': base,
    }))
      expect(words[words.indexOf(flag) + 1], `seed ${seed}`).toBe(value);
  }
});
