import { chmod, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AttemptResult } from '../../model/event/attempt-event.ts';
import type { AgentConclusion } from '../agent.ts';
import { commandAgent } from './command.ts';

function conclude(output: string, result: AttemptResult, errors = ''): AgentConclusion {
  const reader = commandAgent('agent').reader();
  reader.read(output);
  return reader.conclude(result, errors);
}

describe('reading what a command does', () => {
  test('tells the first output, then each line as it is complete', () => {
    const reader = commandAgent('agent').reader();
    expect(reader.read('')).toEqual([]);
    expect(reader.read('Look')).toEqual([
      { kind: 'stage', stage: 'analyzing', evidence: 'first output' },
    ]);
    expect(reader.read('ing\n\nWri')).toEqual([
      { kind: 'said', summary: 'Looking', text: 'Looking' },
    ]);
    expect(reader.read('ting\n')).toEqual([{ kind: 'said', summary: 'Writing', text: 'Writing' }]);
  });

  test('shows no escape sequences, bells, or earlier states of a progress bar', () => {
    const reader = commandAgent('agent').reader();
    const activities = reader.read('10%\r50%\r\u001B[32m100%\u001B[0m\u0007\r\n');
    expect(activities.at(-1)).toEqual({ kind: 'said', summary: '100%', text: '100%' });
  });

  test('keeps a summary to 200 characters', () => {
    const [, said] = commandAgent('agent')
      .reader()
      .read(`${'x'.repeat(500)}\n`);
    expect(said).toMatchObject({ summary: `${'x'.repeat(199)}…`, text: 'x'.repeat(500) });
  });
});

describe('judging how a command ended', () => {
  test('takes the last lines for its claim, also one that no line feed ended', () => {
    expect(conclude('One\n\nTwo\nThree', { kind: 'exited', code: 0 })).toEqual({
      claim: 'One\nTwo\nThree',
      failure: null,
    });
    const long = conclude('line\n'.repeat(5000), { kind: 'exited', code: 0 });
    expect(long.claim.length).toBeLessThanOrEqual(2000);
    expect(long.claim.length).toBeGreaterThan(1900);
    expect(long.claim).toMatch(/\nline$/u);
  });

  test('names the exit code and quotes the errors, or else the output', () => {
    expect(conclude('Out\n', { kind: 'exited', code: 3 }, 'No such model\n').failure).toEqual({
      reason: 'agent-failed',
      message: "The agent's command exited with code 3: No such model",
    });
    const { failure } = conclude('Out\n', { kind: 'signalled', signal: 9 });
    expect(failure?.message).toBe("The agent's command was ended by signal 9: Out");
  });

  test.each<[AttemptResult, string | undefined]>([
    [{ kind: 'exited', code: 127 }, 'not-started'],
    [{ kind: 'exited', code: 126 }, 'not-started'],
    [{ kind: 'not-started', message: 'no shell' }, 'not-started'],
    [{ kind: 'lost' }, 'agent-failed'],
    [{ kind: 'stopped', why: 'cancelled' }, undefined],
    [{ kind: 'stopped', why: 'timed-out' }, undefined],
  ])('%j comes to %s', (result, reason) => {
    expect(conclude('Out\n', result).failure?.reason).toBe(reason);
  });
});

describe('looking for a command', () => {
  test('finds its program on PATH, and only what may be run', async () => {
    await using place = await mkdtempDisposable(join(tmpdir(), 'flotilla-command-'));
    const program = join(place.path, 'my-agent');
    await writeFile(program, '#!/bin/sh\n');
    const env = { PATH: `relative:${place.path}` };
    expect(await commandAgent('my-agent --fast').locate(env)).toMatchObject({
      ok: false,
      error: { code: 'agent-missing', agent: 'command:my-agent --fast', program: 'my-agent' },
    });
    await chmod(program, 0o755);
    const found = { ok: true, value: { path: program } };
    expect(await commandAgent('my-agent --fast').locate(env)).toEqual(found);
    expect(await commandAgent(`${program} | tee log`).locate({})).toEqual(found);
  });

  test.each(['./my-agent', 'MODE=fast my-agent', '"my agent"', 'cd app && ./agent', '$AGENT'])(
    'leaves %s to the shell',
    async (command) => {
      const agent = commandAgent(command);
      const located = await agent.locate({ PATH: '' });
      expect(located).toEqual({ ok: true, value: { path: '/bin/sh' } });
      const request = {
        model: null,
        maxTurns: null,
        maxCostUsd: null,
        session: null,
        allowedCommands: [],
        isSandboxed: false,
        gitDirectories: [],
        filesDirectory: '/nowhere',
      };
      expect(agent.command({ path: '/bin/sh' }, request).argv).toEqual(['/bin/sh', '-c', command]);
    },
  );

  test('misses an absolute program that is not there', async () => {
    expect(await commandAgent('/nowhere/agent').locate({})).toMatchObject({ ok: false });
  });
});
