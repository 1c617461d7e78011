import { findMergeBase } from '../../git/ancestry.ts';
import { listNewestSubjects } from '../../git/commits.ts';
import { readDiff } from '../../git/diffs.ts';
import type { Git } from '../../git/git.ts';
import { plannedTask } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';
import { suspects } from '../train/next-train-step.ts';
import type { Resolving } from './resolving.ts';

/** What another task did that an agent has to live with. */
export type OtherSide = {
  /** Null: somebody else's commits in the base. */
  readonly task: number | null;
  readonly title: string;
  /** The author's words. */
  readonly description: string;
  /** A diff, of the conflicted files where there are any; cut. */
  readonly diff: string;
};

const mostCharacters = 12_000;

/** Reads what came into the base that a branch does not go with. */
export async function readOtherSides(
  services: Services<'record'>,
  { train, car, begun, git }: Resolving,
): Promise<OtherSide[]> {
  const isConflict = begun.why === 'conflict';
  const others = isConflict ? (car.conflict?.with ?? []) : suspects(train, car.task).others;
  const paths = isConflict ? (car.conflict?.files ?? []).map(({ path }) => path) : [];
  const fork = await forkOf(git, begun.head, begun.onto);
  if (others.length === 0 && begun.why === 'forge-checks') return [];
  if (others.length === 0) {
    const range = [fork, begun.onto] as const;
    const [title, diff] = [await subjects(git, range, paths), await diffOf(git, range, paths)];
    return [{ task: null, title, description: '', diff }];
  }
  const share = Math.floor(mostCharacters / others.length);
  const sides = others.map(async (task) => {
    const { title, description } = plannedTask(services, task);
    const inTrain = train.cars.find((other) => other.task === task)?.firstHead;
    const head = inTrain ?? services.record.task(task).pushedHead ?? begun.onto;
    const diff = await diffOf(git, [await forkOf(git, car.firstHead, head), head], paths);
    return { task, title, description, diff: diff.slice(0, share) };
  });
  return Promise.all(sides);
}

async function forkOf(git: Git, one: string, other: string): Promise<string> {
  return (await findMergeBase(git, one, other)) ?? other;
}

type Range = readonly [string, string];

async function diffOf(git: Git, [from, to]: Range, paths: readonly string[]): Promise<string> {
  const text = await readDiff(git, { from, to, paths });
  return text.slice(0, mostCharacters);
}

async function subjects(git: Git, [from, to]: Range, paths: readonly string[]): Promise<string> {
  return (await listNewestSubjects(git, { from, to, paths })).join('; ');
}
