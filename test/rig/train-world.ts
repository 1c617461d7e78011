import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openLocalForge, type LocalForge } from '../../src/forge/local/local-forge.ts';
import { gitAt } from '../../src/git/git.ts';
import { mergeAttributes } from '../../src/trial/base-attributes.ts';
import { lastWork } from '../../src/merging/last-work.ts';
import { openMergeRepository, type MergeRepository } from '../../src/git/merge-repository.ts';
import type { CheckPlace } from '../../src/merging/train/check-prefix.ts';
import { runTrain } from '../../src/merging/train/run-train.ts';
import { settleByRule, type RunTool } from '../../src/trial/settle-by-rule.ts';
import { openScratchTree, shownRef, type ScratchTree } from '../../src/trial/scratch-tree.ts';
import type { RunChecks } from '../../src/trial/judge-union.ts';
import type { JournalEvent, RunEvent } from '../../src/model/event/event.ts';
import type { TrainPlanned } from '../../src/model/event/merge-event.ts';
import type { CheckResult } from '../../src/model/failure/failure.ts';
import { foldTrain, type TrainState } from '../../src/model/merge/train.ts';
import type { TrainCar } from '../../src/model/merge/train-car.ts';
import { makeMergeWorld, type Files, type MergeWorld } from './merge-world.ts';

/** A merge world with a local forge, pull requests on it, and a journal in memory for its train. */
export type TrainWorld = MergeWorld & {
  readonly forge: LocalForge;
  readonly events: JournalEvent[];
  /** Publishes a branch as a pull request; stacked on another's when that is given. */
  readonly publish: (task: number, files: Files, below?: TrainCar) => Promise<TrainCar>;
  /** Writes the plan of a train down. */
  readonly plan: (cars: readonly TrainCar[], more?: Partial<TrainPlanned>) => void;
  /** Runs the train from its events on, as a new process would; throws after so many more events when told to. */
  readonly run: (dieAfter?: number) => Promise<boolean>;
  readonly train: () => TrainState;
  /** How each car ended: `1 merged`, `2 conflict 1`. */
  readonly ends: () => string[];
  /** The base of the forge. */
  readonly base: string;
  readonly baseNow: () => string;
  /** Subjects of the base's commits since the beginning, oldest first. */
  readonly history: () => string[];
  /** The commits that checks ran on, in order. */
  readonly checked: string[];
  /** Called each time before checks run. */
  onCheck: (directory: string) => void | Promise<void>;
  /** Called right before the forge merges; gives the base that the forge finds then. */
  onMerge: (base: string) => string | Promise<string>;
  /** Somebody else's commit on the forge's base; gives it. */
  readonly pushToBase: (files: Files) => Promise<string>;
  /** The check; `$SEEN` is a folder that all of them share. */
  command: string;
  /** How many prefixes are checked side by side; 1: none ahead of its turn. */
  places: number;
  /** How many checks ran at once, at most. */
  readonly mostAtOnce: () => number;
};

/** Every word that a file in `needs` names must stand in `words`. */
const wordsCheck =
  'for need in needs/*; do test -f "words/$(cat $need)" || { echo "$need: no such word"; exit 1; }; done';

export async function makeTrainWorld(files: Files): Promise<TrainWorld> {
  const world = await makeMergeWorld({ 'words/old': 'x\n', 'needs/first': 'old\n', ...files });
  const forge = await openLocalForge({
    directory: join(world.root, 'forge'),
    source: join(world.source, '.git'),
    branch: 'main',
    userGit: gitAt(world.source, process.env),
    holds: world.holds,
  });
  await forge.syncBase('main', world.base);
  const identity = { name: 'Una', email: 'una@example.invalid' };
  const events: JournalEvent[] = [];
  const checked: string[] = [];
  let [atOnce, mostAtOnce] = [0, 0];
  mkdirSync(join(world.root, 'seen'));
  const append = (event: RunEvent): void => {
    const stamp = { seq: events.length + 1, at: '2026-01-01T00:00:00.000Z', run: 'run-1' };
    events.push({ ...event, ...stamp });
  };
  const train = (): TrainState => {
    const state = foldTrain(events);
    if (state === null) throw new Error('There is no train');
    return state;
  };
  const baseNow = (): string => world.git(forge.repository, 'rev-parse', 'refs/heads/main');
  const made: TrainWorld = {
    ...world,
    forge,
    events,
    checked,
    train,
    baseNow,
    onCheck: () => undefined,
    onMerge: (at) => at,
    command: wordsCheck,
    places: 1,
    mostAtOnce: () => mostAtOnce,
    publish: async (task, changed, below) => {
      const head = await world.branch(task, changed, below?.head);
      const branch = `task-${task}`;
      await forge.push({ from: world.clone.directory, commit: head, branch });
      const pull = await forge.ensurePullRequest({
        ...{ key: `p${task}`, title: `Do task ${task}`, body: 'Text', checks: [] },
        ...{ head: branch, base: 'main', closes: 0 },
      });
      const after = below === undefined ? [] : [below.task];
      return { task, number: pull.number, branch, head, after, reasons: [{ kind: 'free' }] };
    },
    pushToBase: async (changed) => {
      const at = baseNow();
      const { directory } = world.clone;
      world.git(directory, 'fetch', '--quiet', forge.repository, 'main');
      const commit = await world.branch(99, changed, at);
      world.git(directory, 'push', '--quiet', forge.repository, `${commit}:refs/heads/main`);
      return commit;
    },
    plan: (cars, more = {}) =>
      append({
        ...{
          type: 'train-planned',
          method: 'squash',
          policy: 'verified',
          branch: 'main',
          cars,
          culprits: [],
        },
        ...more,
      }),
    ends: () =>
      train().cars.map(({ task, outcome }) =>
        outcome?.kind === 'left'
          ? `${task} ${outcome.reason} ${outcome.with.join(',')}`.trim()
          : `${task} ${outcome?.kind ?? 'open'}`,
      ),
    history: () =>
      world
        .git(
          forge.repository,
          'log',
          '--reverse',
          '--first-parent',
          '--format=%s',
          `${world.base}..main`,
        )
        .split('\n')
        .filter((line) => line !== ''),
    run: async (dieAfter) => {
      let left = dieAfter ?? Number.POSITIVE_INFINITY;
      const record = (event: RunEvent): void => {
        append(event);
        left -= 1;
        if (left <= 0) throw new Error('Died');
      };
      await using repository = await openMergeRepository({
        directory: join(world.root, 'merge.git'),
        from: world.clone.git,
        attributes: await mergeAttributes(world.clone.git, world.base),
      });
      await using scratch = openScratchTree({
        ...{ clone: world.clone, workspaces: world.workspaces, repository },
        directory: join(world.root, 'workspaces', 'train'),
        ref: shownRef('run-1'),
      });
      const numbers = Array.from({ length: made.places }, (_, index) => index + 2);
      const places = made.places === 1 ? [] : numbers.map((number) => place(number, repository));
      await using opened = new AsyncDisposableStack();
      for (const one of places) opened.use(one.scratch);
      const { merge } = forge;
      const merging: LocalForge = {
        ...forge,
        merge: async (params) => {
          return merge({ ...params, base: await made.onMerge(params.base) });
        },
      };
      return await runTrain({
        ...{ run: 'run-1', record, train, forge: merging, repository, scratch, identity },
        clone: world.clone,
        readRed: null,
        tellReviewers: null,
        lastWork: (task) => lastWork(events).get(task) ?? null,
        mergedBefore: () => [],
        // Agents are asked in the tests of the whole program.
        boarding: null,
        resolver: {
          attempts: 0,
          fixes: () => 0,
          refusal: () => null,
          resolve: unasked,
          putAway: unasked,
        },
        settle: settleByRule({ repository, scratch, identity, runTool }),
        stop: new AbortController().signal,
        ...{ runChecks, places, checksOn: () => Promise.resolve(made.command) },
      });
    },
  };
  const runChecks: RunChecks = async (directory, _only, { signal } = {}) => {
    await made.onCheck(directory);
    checked.push(world.git(directory, 'rev-parse', 'HEAD'));
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    try {
      return [checkResult(await runScript(directory, signal))];
    } finally {
      atOnce -= 1;
    }
  };
  const runScript = async (cwd: string, signal?: AbortSignal): Promise<number | null> => {
    const env = { ...process.env, SEEN: join(world.root, 'seen') };
    const child = spawn('sh', ['-c', made.command], { cwd, env, stdio: 'ignore', detached: true });
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    signal?.addEventListener('abort', end);
    const [code] = (await once(child, 'close')) as [number | null];
    signal?.removeEventListener('abort', end);
    return code;
  };
  const place = (
    number: number,
    repository: MergeRepository,
  ): CheckPlace & { readonly scratch: ScratchTree } => ({
    runChecks,
    scratch: openScratchTree({
      ...{ clone: world.clone, workspaces: world.workspaces, repository },
      directory: join(world.root, 'workspaces', `train-${number}`),
      ref: shownRef('run-1', number),
    }),
  });
  return made;
}

function unasked(): Promise<never> {
  throw new Error('Nobody was to be asked');
}

const runTool: RunTool = ({ directory, folder, command }) =>
  Promise.resolve(spawnSync('sh', ['-c', command], { cwd: join(directory, folder) }).status === 0);

function checkResult(status: number | null): CheckResult {
  const state = status === 0 ? 'passed' : 'failed';
  const rest = { durationMs: 1, log: '', excerpt: '' };
  return { name: 'words', command: wordsCheck, state, exitCode: status, ...rest };
}
