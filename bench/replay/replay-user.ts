import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assignment } from './assignment.ts';
import { gitIn, type GitIn } from './git-in.ts';
import type { PreparedWave } from './prepare-wave.ts';

/** Somebody with a clone of the history up to the base, and agents that know what to do. */
export type ReplayUser = {
  readonly root: string;
  readonly repository: string;
  /** The folder that agents are given: their tasks, and what they write down. */
  readonly rig: string;
  readonly env: NodeJS.ProcessEnv;
  readonly git: GitIn;
};

export type ReplayUserParams = {
  readonly root: string;
  readonly wave: PreparedWave;
  /** What is other for these agents than the wave says. */
  readonly other?: Partial<Assignment>;
};

/** Makes a user for one run. Nothing of the person who runs the benchmark gets in except the path to programs. */
export function makeReplayUser({ root, wave, other = {} }: ReplayUserParams): ReplayUser {
  const place = (name: string): string => join(root, name);
  const names = ['home', 'tmp', 'state', 'cache', 'config', 'rig'] as const;
  for (const name of names) mkdirSync(place(name), { recursive: true });
  const env = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: place('home'),
    XDG_STATE_HOME: place('state'),
    XDG_CACHE_HOME: place('cache'),
    XDG_CONFIG_HOME: place('config'),
    TMPDIR: place('tmp'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const identity = '[user]\n\tname = Una User\n\temail = una@example.invalid\n';
  writeFileSync(join(place('home'), '.gitconfig'), identity);
  const repository = place('repository');
  gitIn(root, env)('clone', '--quiet', '--local', wave.seedRepository, repository);
  const git = gitIn(repository, env);
  git('remote', 'remove', 'origin');
  cpSync(wave.changes, place('rig'), { recursive: true });
  for (const [at, assignment] of wave.assignments.entries())
    writeFileSync(
      join(place('rig'), `task-${at + 1}`, 'assignment.json'),
      JSON.stringify({ ...assignment, ...other }),
    );
  return { root, repository, rig: place('rig'), env, git };
}
