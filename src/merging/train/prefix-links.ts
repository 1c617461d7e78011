import { isLinear } from '../../git/ancestry.ts';
import { fetchRef } from '../../git/bare-clone.ts';
import { commitTree } from '../../git/commits.ts';
import { tryDeleteRef, treeOf, updateRef } from '../../git/refs.ts';
import type { CarState, TrainState } from '../../model/merge/train.ts';
import { readPrefix, type Prefix } from './check-prefix.ts';
import type { TrainTools } from './train-tools.ts';
import { updateBranch } from './update-branch.ts';

/** A pull request as it will be merged. */
export type Link = {
  readonly prefix: Prefix;
  /** Stands for the base's commit after that. */
  readonly merged: string;
};

/** The train as it will be when a pull request's turn comes, with the commit that stands for its base then. */
export type Foreseen = { readonly train: TrainState; readonly onto: string };

export type LinkParams = Foreseen & {
  readonly car: CarState;
  /** The base as it is now. */
  readonly base: string;
  /** The tasks that are merged by then and are not now, and this one. */
  readonly tasks: readonly number[];
};

/** Makes links, and knows those that it made. */
export type PrefixLinks = AsyncDisposable & {
  /** Where the next link begins: at the base, or at the stand-in that came true with it. */
  readonly start: (base: string) => Promise<Foreseen>;
  /** Brings a pull request up to what it will stand on; null when it conflicts with that. */
  readonly find: (params: LinkParams) => Promise<Link | null>;
};

/**
 * Opens the links of one train. They are used again while the base moves as was foreseen: a commit that the forge made of
 * a merge has other words and dates than its stand-in here, and the same tree.
 */
export function openPrefixLinks(tools: TrainTools): PrefixLinks {
  const { clone, repository } = tools;
  const { git } = repository;
  const made = new Map<string, Promise<Link | null>>();
  let line = new Map<number, Link>();

  const start = async (base: string): Promise<Foreseen> => {
    const train = tools.train();
    const last = train.cars.findLast(({ outcome }) => isMergedAs(outcome, base));
    const link = last === undefined ? undefined : line.get(last.task);
    if (link?.prefix.tree !== (await treeOf(git, base))) {
      line = new Map();
      return { train, onto: base };
    }
    const cars = train.cars.map((car) => {
      const own = line.get(car.task);
      return own !== undefined && car.outcome?.kind === 'merged' ? mergedBy(car, own) : car;
    });
    return { train: { ...train, cars }, onto: link.merged };
  };

  const bringUp = async (params: LinkParams): Promise<Link | null> => {
    const { train, car, onto, base } = params;
    const { identity, settle } = tools;
    if (car.onto === base) return linkTo(tools, car.head, params);
    const update = await updateBranch({ git, identity, train, car, onto, settle });
    return update.kind === 'updated' ? linkTo(tools, update.head, params) : null;
  };

  const find = async (params: LinkParams): Promise<Link | null> => {
    const { train, car, onto, base } = params;
    const before = line.get(car.task);
    // The train has brought it up itself by now: where that came out as was foreseen, what stands on it is not made again.
    if (car.onto === base && before?.prefix.base === onto)
      if (before.prefix.tree === (await treeOf(git, car.head))) return before;
    const key = [onto, car.head, train.method].join(' ');
    const link = made.get(key) ?? bringUp(params);
    made.set(key, link);
    const found = await link;
    if (found !== null) line.set(car.task, found);
    return found;
  };

  const close = async (): Promise<void> => {
    await clone.exclusively(() => tryDeleteRef(clone.git, aheadRef(tools)));
  };
  return { start, find, [Symbol.asyncDispose]: close };
}

/** A car after the merge that a link stands for. */
export function mergedBy(car: CarState, { prefix, merged }: Link): CarState {
  return { ...car, head: prefix.head, outcome: { kind: 'merged', sha: merged } };
}

function isMergedAs(outcome: CarState['outcome'], sha: string): boolean {
  return outcome?.kind === 'merged' && outcome.sha === sha;
}

async function linkTo(tools: TrainTools, head: string, params: LinkParams): Promise<Link> {
  const { train, onto, base, tasks } = params;
  if (onto !== base) await keep(tools, onto);
  const { checksOn, repository } = tools;
  const prefix = await readPrefix({ git: repository.git, checksOn }, { tasks, head, base: onto });
  return { prefix, merged: await standIn(tools, train.method, prefix) };
}

function aheadRef({ run }: TrainTools): string {
  return `refs/flotilla/ahead/${run}`;
}

/** The clone is asked about stand-ins, too. */
async function keep(tools: TrainTools, commit: string): Promise<void> {
  const { clone, repository } = tools;
  const from = aheadRef(tools);
  await updateRef(repository.git, from, commit);
  await fetchRef(clone, { repository: repository.directory, from, to: from });
}

/** What the forge is going to make of a merge, but for its words and dates. */
async function standIn(
  { repository, identity }: TrainTools,
  method: TrainState['method'],
  { tree, head, base, tasks }: Prefix,
): Promise<string> {
  const { git } = repository;
  if (method === 'rebase' && (await isLinear(git, base, head))) return head;
  const parents = method === 'merge' ? [base, head] : [base];
  const message = `Stand-in for the merge of task ${tasks.at(-1)}`;
  return commitTree(git, { tree, parents, message, identity });
}
