import { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandAgent } from '../../src/agents/program/command.ts';
import { runRealAgent, type RealOutcome } from '../rig/real-agents.ts';

async function runIn(directory: string, command: string): Promise<RealOutcome> {
  return runRealAgent({
    agent: commandAgent(command),
    program: '/bin/sh',
    prompt: 'Do the task; $(touch owned)\n',
    directory,
    home: directory,
    env: { GITHUB_TOKEN: 'secret' },
  });
}

test('a command gets its prompt on standard input, untouched, and none of the user’s variables', async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), 'flotilla-command-'));
  const command = String.raw`cat > prompt && printf 'Token: [%s]\nDone\n' "$GITHUB_TOKEN"`;
  const { conclusion, activities } = await runIn(place.path, command);
  expect(conclusion).toEqual({ claim: 'Token: []\nDone', failure: null });
  expect(readFileSync(join(place.path, 'prompt'), 'utf8')).toBe('Do the task; $(touch owned)\n');
  expect(activities.map(({ kind }) => kind)).toEqual(['stage', 'said']);
});

test('a command that is not there was not started', async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), 'flotilla-command-'));
  const { conclusion, result } = await runIn(place.path, 'no-such-agent --fast');
  expect(result).toEqual({ kind: 'exited', code: 127 });
  expect(conclusion.failure?.reason).toBe('not-started');
});
