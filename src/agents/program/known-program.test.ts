import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import versions from '../../../test/rig/agent-versions.json' with { type: 'json' };
import { testAgents } from '../../../test/rig/test-agents.ts';
import { agentNames, findAgent } from '../find-agent.ts';
import { compareVersion, isSignedIn, versionFailure, type KnownProgram } from './known-program.ts';

function knownOf(name: string): KnownProgram {
  const found = findAgent(name);
  if (!found.ok || found.value.known === null) throw new Error(`${name} is not known`);
  return found.value.known;
}

test('the versions that are named are the ones that the tests drive', () => {
  const named = agentNames
    .map(knownOf)
    .map(({ package: name, triedVersion }) => [name, triedVersion]);
  expect(Object.fromEntries(named)).toEqual(versions);
  const driven = testAgents().map(({ name }) => name);
  expect(driven.toSorted()).toEqual(agentNames.toSorted());
});

test.each(agentNames)('the real %s has tests of its own', (name) => {
  const file = join(import.meta.dirname, `../../../test/agents/${name}.test.ts`);
  expect(existsSync(file)).toBe(true);
});

test('versions are compared by their figures', () => {
  expect(compareVersion('2.1.330', '2.1.330')).toBeNull();
  expect(compareVersion('2.1.99', '2.1.330')).toBe('older');
  expect(compareVersion('1.9.999', '2.1.330')).toBe('older');
  expect(compareVersion('2.1', '2.1.330')).toBe('older');
  expect(compareVersion('2.2.0-beta.1', '2.1.330')).toBeNull();
  expect(compareVersion('3.0.0', '2.1.330')).toBe('newer-major');
  expect(compareVersion('unknown', '2.1.330')).toBeNull();
});

test('a variable or a file of its own shows that somebody signed in', async () => {
  const claude = knownOf('claude');
  const at = (path: string) => (asked: string) => Promise.resolve(asked === path);
  const nowhere = at('');
  expect(await isSignedIn(claude, { HOME: '/h' }, nowhere)).toBe(false);
  expect(await isSignedIn(claude, { ANTHROPIC_API_KEY: '' }, nowhere)).toBe(false);
  expect(await isSignedIn(claude, { ANTHROPIC_API_KEY: 'key' }, nowhere)).toBe(true);
  expect(await isSignedIn(claude, { HOME: '/h' }, at('/h/.claude/.credentials.json'))).toBe(true);
  const elsewhere = { HOME: '/h', CLAUDE_CONFIG_DIR: '/c' };
  expect(await isSignedIn(claude, elsewhere, at('/c/.credentials.json'))).toBe(true);
});

test.each([
  "error: unknown option '--include-partial-messages'",
  "error: unexpected argument '--json' found",
  'Unknown arguments: output-format, outputFormat',
  'flag provided but not defined\nunrecognized option: --format',
])('a program that says %s is of another version', (errors) => {
  expect(versionFailure('It', `Usage: it\n${errors}\n`)).toMatchObject({
    reason: 'not-started',
    message: expect.stringContaining('flotilla doctor'),
  });
});

test('a program that fails otherwise is of the right version', () => {
  expect(versionFailure('It', 'error: the network is unknown\nno option was left')).toBeNull();
});
