import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PastTask } from '../footprints/past-tasks.ts';
import type { Assignment, Failures, FileChange } from './assignment.ts';
import { secondsFor, type SizedWave } from './choose-waves.ts';
import { gitIn, type GitIn } from './git-in.ts';
import { lotFor } from './lot.ts';

/** A wave as its runs find it. */
export type PreparedWave = {
  readonly base: string;
  readonly messages: readonly string[];
  /** By task, how long its agent works. */
  readonly seconds: readonly number[];
  /** A repository whose branch `main` is the base, with nothing newer in it. */
  readonly seedRepository: string;
  readonly assignments: readonly Assignment[];
  /** The tasks' folders, which each run gets a copy of. */
  readonly changes: string;
};

export type PrepareParams = {
  /** The history: a repository of which nothing is changed. */
  readonly source: string;
  /** Must not exist. */
  readonly folder: string;
  readonly wave: SizedWave;
  readonly seed: number;
  readonly failures: Failures;
  /** How many times as long agents take; once when it is left out. */
  readonly pace?: number;
};

/** Writes down what each agent is to do, and makes a repository that ends at the wave's base. */
export function prepareWave(params: PrepareParams): PreparedWave {
  const { source, folder, wave, seed, failures, pace = 1 } = params;
  const changes = join(folder, 'changes');
  mkdirSync(changes, { recursive: true });
  const git = gitIn(source);
  const assignments = wave.tasks.map((task, at): Assignment => {
    const own = join(changes, `task-${at + 1}`);
    mkdirSync(own);
    const size = wave.sizes[at] ?? { lines: 0 };
    const seconds = secondsFor(size, lotFor('long', seed, task.commit)) * pace;
    const given = { seed, wave: wave.base, failures, seconds, resolveSeconds: seconds / 2 };
    return { ...given, message: task.message, changes: writeChanges(git, { source, task, own }) };
  });
  return {
    base: wave.base,
    messages: wave.tasks.map(({ message }) => message),
    seconds: assignments.map(({ seconds }) => seconds),
    seedRepository: cutHistory({ source, folder, base: wave.base }),
    assignments,
    changes,
  };
}

type Writing = { readonly source: string; readonly task: PastTask; readonly own: string };

function writeChanges(git: GitIn, { source, task, own }: Writing): FileChange[] {
  const raw = git('diff', '--raw', '--no-renames', '--no-abbrev', '-z', task.parent, task.commit);
  const fields = raw.split('\0').filter(Boolean);
  const put = (name: string, blob: string): void =>
    writeFileSync(
      join(own, name),
      execFileSync('git', ['cat-file', 'blob', blob], { cwd: source, maxBuffer: 1 << 28 }),
    );
  return Array.from({ length: Math.floor(fields.length / 2) }, (_, at): FileChange => {
    const [head = '', path = ''] = fields.slice(at * 2, at * 2 + 2);
    const [before = '', after = '', blobBefore = '', blobAfter = ''] = head.slice(1).split(' ');
    const mode = (digits: string): string | null => (digits === '000000' ? null : digits);
    if (mode(before) !== null) put(`before-${at}`, blobBefore);
    if (mode(after) !== null) put(`after-${at}`, blobAfter);
    return { path, modeBefore: mode(before), modeAfter: mode(after) };
  });
}

/** A clone that holds what the base reaches and nothing else: `file://` packs only that. */
function cutHistory({
  source,
  folder,
  base,
}: {
  source: string;
  folder: string;
  base: string;
}): string {
  const [marked, cut] = [join(folder, 'marked.git'), join(folder, 'seed.git')];
  const git = gitIn(folder);
  git('clone', '--quiet', '--bare', '--shared', source, marked);
  const there = gitIn(marked);
  there('update-ref', 'refs/replay/main', base);
  git('init', '--quiet', '--bare', '--initial-branch=main', cut);
  gitIn(cut)(
    'fetch',
    '--quiet',
    '--no-tags',
    `file://${marked}`,
    'refs/replay/main:refs/heads/main',
  );
  rmSync(marked, { recursive: true });
  return cut;
}
