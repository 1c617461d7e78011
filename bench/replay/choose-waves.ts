import type { Git } from '../../src/git/git.ts';
import { readPastTasks, type PastTask, type Wave } from '../footprints/past-tasks.ts';
import { lotFor } from './lot.ts';

/** What a commit changed, as far as its size tells how long the work took. */
export type CommitSize = {
  /** Lines added and removed, of text. */
  readonly lines: number;
  readonly textFiles: number;
  /** Whether it changes a submodule, which a patch of files cannot. */
  readonly hasSubmodule: boolean;
};

export type WaveChoice = {
  readonly count: number;
  /** Commits of a wave. */
  readonly size: number;
  /** How far back the history is looked at, in commits. */
  readonly commits: number;
  readonly seed: number;
};

/** A wave with the size of each of its commits. */
export type SizedWave = Wave & { readonly sizes: readonly CommitSize[] };

/**
 * Chooses waves from all over the newest commits of a first-parent history: it is divided into one part for each wave, and
 * the seed says where in its part that one begins.
 */
export async function chooseWaves(git: Git, choice: WaveChoice): Promise<SizedWave[]> {
  const { count, size, seed } = choice;
  const tasks = await readPastTasks(git, 'HEAD', choice.commits, { isFirstParent: true });
  const waves: SizedWave[] = [];
  for (let part = 0; part < count; part += 1)
    for (const start of startsIn({ tasks: tasks.length, size, count, part, seed })) {
      const wave = await fitWave(git, tasks.slice(start, start + size).toReversed());
      if (wave === null) continue;
      waves.push(wave);
      break;
    }
  return waves;
}

export type Part = {
  readonly tasks: number;
  readonly size: number;
  readonly count: number;
  readonly part: number;
  readonly seed: number;
};

/** Where the wave of one part may begin, in the order in which to try: no two parts share a commit. */
export function startsIn({ tasks, size, count, part, seed }: Part): number[] {
  const from = Math.floor((tasks * part) / count);
  const places = Math.floor((tasks * (part + 1)) / count) - from - size + 1;
  if (places <= 0) return [];
  const first = Math.floor(lotFor('wave', seed, part) * places);
  return Array.from({ length: places }, (_, at) => from + ((first + at) % places));
}

/** A wave of these commits, the oldest first; null where one is no task, or where too much else lies between them. */
async function fitWave(git: Git, tasks: readonly PastTask[]): Promise<SizedWave | null> {
  const [first, last] = [tasks[0], tasks.at(-1)];
  if (first === undefined || last === undefined) return null;
  const range = ['rev-list', '--count', '--first-parent', `${first.parent}..${last.commit}`];
  if (Number(await git.run(range)) > tasks.length * 2) return null;
  const sizes: CommitSize[] = [];
  for (const task of tasks) {
    const size = await sizeOf(git, task);
    if (size.textFiles === 0 || size.hasSubmodule) return null;
    sizes.push(size);
  }
  return { base: first.parent, tasks, sizes };
}

async function sizeOf(git: Git, { commit, parent }: PastTask): Promise<CommitSize> {
  const args = ['diff', '--no-renames', '--no-ext-diff', parent, commit];
  const counted = await git.run([...args, '--numstat']);
  return {
    ...readNumbers(counted),
    hasSubmodule: (await git.run([...args, '--raw'])).includes(' 160000 '),
  };
}

/** Reads what `git diff --numstat` prints; a binary file has dashes. */
export function readNumbers(text: string): Pick<CommitSize, 'lines' | 'textFiles'> {
  const files = text.split('\n').flatMap((line) => {
    const [, added, removed] = /^(\d+)\t(\d+)\t/u.exec(line) ?? [];
    return added === undefined ? [] : [Number(added) + Number(removed)];
  });
  return { lines: files.reduce((sum, one) => sum + one, 0), textFiles: files.length };
}

const [shortest, longest] = [4, 16];

/** How many seconds an agent takes for a commit: 4 for a line, 16 for a thousand, a sixth more or less by the seed. */
export function secondsFor({ lines }: Pick<CommitSize, 'lines'>, lot: number): number {
  const share = Math.min(1, Math.log10(1 + lines) / 3);
  const seconds = (shortest + (longest - shortest) * share) * (1 + (lot - 0.5) / 3);
  return Math.min(longest, Math.max(shortest, Math.round(seconds * 10) / 10));
}
