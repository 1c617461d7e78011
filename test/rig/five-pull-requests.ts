import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { makeWorld, type World, type WorldParams } from './world.ts';

/** Every word that a file in `needs` names must stand in `words`. */
const wordsCheck =
  'for need in needs/*; do test -f "words/$(cat $need)" || { echo "$need: no such word"; exit 1; }; done';

/** The repository that the five tasks work in. */
export const fiveFiles = {
  'shared.txt': 'a\nb\nc\nd\ne\n',
  'words/old': 'x\n',
  'needs/first': 'old\n',
  'check.sh': wordsCheck,
};

/** What the agents of the five tasks do. */
export const fiveScripts = {
  'agent-1': 'commit shared.txt one',
  'agent-2': 'commit shared.txt two',
  'agent-3': 'git mv words/old words/new; commit needs/first new',
  'agent-4': 'commit needs/second old',
  'agent-5': 'commit five.txt five',
};

/** What `merge --json` tells. */
export type ToldMerge = {
  readonly merged: readonly number[];
  readonly left: readonly {
    readonly ordinal: number;
    readonly reason: string;
    readonly with: readonly number[];
    readonly message: string;
  }[];
  readonly base: { readonly branch: string; readonly sha: string };
  readonly union: { readonly state: string; readonly culprits: readonly (readonly number[])[] };
};

export function told(stdout: string): ToldMerge {
  return JSON.parse(stdout) as ToldMerge;
}

/** A run of up to five tasks, of which 1 and 2 conflict in text, 3 and 4 in meaning only; each has its pull request. */
export async function fivePullRequests(
  issue: readonly string[] = ['One', 'Two', 'Three', 'Four', 'Five'],
  more: Pick<WorldParams, 'onFinished'> = {},
): Promise<World> {
  const world = await fiveTasks(issue, more);
  const { code, stdout, stderr } = await world.orchestrate('--check', 'sh check.sh', '--yes');
  expect(code, `${stdout}${stderr}`).toBe(0);
  return world;
}

/** The same, before it is run. */
export async function fiveTasks(
  issue: readonly string[] = ['One', 'Two', 'Three', 'Four', 'Five'],
  more: Pick<WorldParams, 'onFinished' | 'files'> = {},
): Promise<World> {
  const world = await makeWorld({
    ...more,
    issue,
    files: { ...fiveFiles, ...more.files },
  });
  world.script(fiveScripts);
  return world;
}

/** Runs the check at each commit that the train made, and gives those where it fails. */
export function redCommits(world: World): string[] {
  const list = world.git('rev-list', '--first-parent', '--reverse', 'main..flotilla/main');
  const place = mkdtempSync(join(world.root, 'checked-'));
  const commits = list.trim().split('\n');
  const red = commits.filter((commit) => {
    world.git(`--work-tree=${place}`, 'read-tree', '--reset', '-u', commit);
    try {
      execFileSync('sh', ['-c', wordsCheck], { cwd: place, stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  world.git('read-tree', 'HEAD');
  rmSync(place, { recursive: true });
  return red;
}
