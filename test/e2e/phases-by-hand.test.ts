import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const threePhases = `# Three layers

## Phase 1: Ground (Parallel)
- [ ] Write \`ground/a\`
- [ ] Write \`ground/b\`

## Phase 2: On top (Sequential)
- [ ] Write \`top/c\`

## Phase 3: Roof
- [ ] Write \`roof/d\`
`;

const work = {
  'agent-1': 'commit ground/a',
  'agent-2': 'commit ground/b',
  'agent-3': 'ls ground >"$rig/seen-3"; commit top/c',
  'agent-4': 'ls top >"$rig/seen-4"; commit roof/d',
};

/** The words of the one command of this kind that a text prints, as a shell reads them. */
function printed(text: string, kind: 'orchestrate' | 'merge'): readonly string[] {
  const command = new RegExp(`flotilla ${kind} .*$`, 'mu').exec(text)?.[0];
  if (command === undefined) throw new Error(`No flotilla ${kind} is printed in: ${text}`);
  const script = `flotilla() { printf '%s\\n' "$@"; }\n${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
}

/** The line of `summary.md` that says how the run came out, and whether any line speaks of a phase as done. */
function summaryOf(world: World): { readonly headline: string; readonly text: string } {
  const [path = ''] = globSync('.claude/runtime/parallel/*/summary.md', { cwd: world.repository });
  const text = readFileSync(join(world.repository, path), 'utf8');
  return { headline: text.split('\n')[2] ?? '', text };
}

async function statesOf(world: World): Promise<readonly string[]> {
  return (await readStatus(world)).tasks.map(({ state }) => state);
}

test('three phases are run and merged by hand, each step by the command that the one before it printed', async () => {
  await using world = await makeWorld({ issue: threePhases });
  world.script(work);
  const first = await world.orchestrate('--yes', '--on-conflict', 'pause', '--run-timeout', '900');
  expect(first.code, first.stdout).toBe(0);
  expect(summaryOf(world).headline).toBe('🎉 Phase 1 of 3 is done: 2 of 2 of this phase succeeded');

  let told = first.stdout;
  for (const [phase, standing] of [
    [1, ['merged', 'merged', 'queued', 'queued']],
    [2, ['merged', 'merged', 'merged', 'queued']],
  ] as const) {
    const merged = await world.flotilla(...printed(told, 'merge'), '--yes');
    expect(merged.code, merged.stdout + merged.stderr).toBe(0);
    expect(merged.stdout).toContain(`Phase ${phase} of 3 is merged.`);
    expect(merged.stdout).not.toContain('Left:');
    expect(await statesOf(world)).toEqual(standing);
    const { headline, text } = summaryOf(world);
    expect(headline).toMatch(
      new RegExp(`^🎉 Phase ${phase} of 3 is merged: (\\d) of \\1 of this`, 'u'),
    );
    expect(text).not.toMatch(
      new RegExp(`phase ${phase + 1}.*(?:is done|is merged|succeeded)`, 'iu'),
    );
    const status = await world.flotilla('status');
    expect(status.stdout).toContain(
      `Phase ${phase} is merged. Continue with: flotilla orchestrate`,
    );
    const next = printed(merged.stdout, 'orchestrate');
    expect(printed(status.stdout, 'orchestrate')).toEqual(next);
    expect(next).toEqual(
      expect.arrayContaining(['--on-conflict', 'pause', '--run-timeout', '900']),
    );
    const run = await world.flotilla(...next);
    expect(run.code, run.stdout + run.stderr).toBe(0);
    told = run.stdout;
  }

  const last = await world.flotilla(...printed(told, 'merge'), '--yes', '--json');
  expect(last.code, last.stdout + last.stderr).toBe(0);
  expect(JSON.parse(last.stdout)).toMatchObject({ merged: [1, 2, 3, 4], left: [], next: null });
  expect((await readStatus(world)).state).toBe('succeeded');
  expect(world.noted('seen-3').split('\n')).toEqual(['a', 'b']);
  expect(world.noted('seen-4')).toBe('c');
  expect([1, 2, 3, 4].map((task) => world.starts(`agent-${task}`))).toEqual([1, 1, 1, 1]);
}, 240_000);

test('tasks that were chosen are merged, and the printed command then starts the rest', async () => {
  await using world = await makeWorld({ issue: threePhases });
  world.script(work);
  const chosen = await world.orchestrate('--yes', '--tasks', '1,2');
  expect(chosen.code, chosen.stdout).toBe(0);
  const merged = await world.flotilla('merge', '../issue.md', '--yes', '--json');
  expect(merged.code, merged.stdout + merged.stderr).toBe(0);
  const { left, next } = JSON.parse(merged.stdout) as {
    readonly left: readonly unknown[];
    readonly next: { readonly phase: number; readonly tasks: readonly number[]; command: string };
  };
  expect(left).toEqual([]);
  expect(next).toMatchObject({ phase: 2, tasks: [3] });
  expect(next.command).not.toContain('--tasks');
  expect(summaryOf(world).headline).toContain('Phase 1 of 3 is merged: 2 of 2 of this phase');
  const rest = await world.flotilla(...printed(next.command, 'orchestrate'));
  expect(rest.code, rest.stdout + rest.stderr).toBe(0);
  expect(await statesOf(world)).toEqual(['merged', 'merged', 'completed', 'queued']);
}, 240_000);

test('a task chosen ahead of its phase counts as it came out, and is no part of what another one left', async () => {
  await using world = await makeWorld({ issue: threePhases });
  world.script({ ...work, 'agent-3': 'exit 1' });
  const ahead = await world.orchestrate('--yes', '--tasks', '3');
  expect(ahead.code, ahead.stdout).toBe(2);
  expect((await readStatus(world)).state).toBe('failed');
  const merged = await world.flotilla('merge', '../issue.md', '--yes', '--json');
  expect(merged.code, merged.stderr).toBe(2);
  expect(JSON.parse(merged.stdout)).toMatchObject({
    merged: [],
    left: [{ ordinal: 3, reason: 'failed' }],
    next: null,
  });
}, 120_000);
