import { relative } from 'node:path';
import type { Git } from '../../git/git.ts';
import type { Journal } from '../../journal/journal.ts';
import {
  displayIssue,
  type IssueRef,
  type MasterIssue,
  type SubTask,
} from '../../model/issue/issue.ts';
import type { FootprintEntry } from '../../model/plan/plan.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { learnFromRuns, type PastRuns } from '../../planning/size/past-runs.ts';
import type { Evidence, PlanOptions } from '../../planning/plan-issue.ts';
import { saysNothing } from '../../planning/predict/pair-words.ts';
import { judgePairs } from '../../planning/predict/judge-pairs.ts';
import { reachOf, type TestReach } from '../../planning/findings/test-reach.ts';
import { textOf } from '../../planning/task-text.ts';
import { cacheHome } from '../place/cache-home.ts';
import type { Settings } from '../settings/settings.ts';
import type { BaseEvidence } from './base-evidence.ts';
import { foreseeApart } from './foresee-apart.ts';
import type { Foresight } from './foresight.ts';

export type EvidenceParams = {
  /** Where the base's commit is. */
  readonly git: Git;
  readonly base: Pick<BaseEvidence, 'files' | 'checks'>;
  readonly sha: string;
  readonly settings: Pick<Settings, 'agent' | 'checks'>;
  readonly env: NodeJS.ProcessEnv;
  /** Null: nothing was run here yet. */
  readonly journal: Journal | null;
  readonly issue: IssueRef;
  /** The root of the user's work tree, and where the issue was read: a path, or a URL. */
  readonly root: string;
  readonly source: string;
  readonly master: MasterIssue;
  /** Whether this process goes on for long after the plan, and should not keep what making it took. */
  readonly isLongLived: boolean;
};

/** A repository of so few files is read as fast as a cache of it. */
const filesWorthACache = 200;
/** Fewer leave so little behind that it is not worth starting a process. */
const filesWorthAProcess = 1_000;

/** Puts together what a plan is made from: the base's files, what they foretell, and what past runs took. */
export async function readPlanEvidence(params: EvidenceParams): Promise<Evidence> {
  const { hubs, emptyBarrels, predicted, said, sizes } = await readForesight(params);
  const footprints = new Map(
    predicted.map(([ordinal, files]) => [
      ordinal,
      files.map((entry): FootprintEntry => ({ ...entry, isDeclared: false })),
    ]),
  );
  const [similar, words] = [new Map(sizes.similar), new Map(said)];
  return {
    files: params.base.files,
    hubs: new Map(hubs),
    emptyBarrels: new Set(emptyBarrels),
    predict: ({ ordinal }: SubTask) => footprints.get(ordinal) ?? [],
    said: ({ ordinal }: SubTask) => words.get(ordinal) ?? saysNothing,
    judgePairs,
    history: ({ ordinal }: SubTask) => ({
      similar: similar.get(ordinal) ?? [],
      usual: sizes.usual,
    }),
    past: pastRuns(params),
    tests: testsOf(params),
  };
}

async function readForesight(params: EvidenceParams): Promise<Foresight> {
  const { git, base, sha, env, master, root, source, isLongLived } = params;
  const wanted = {
    commit: sha,
    cacheDirectory: base.files.size < filesWorthACache ? null : cacheHome(env),
    own: relative(root, source),
    texts: master.tasks.map((task) => [task.ordinal, textOf(task)] as const),
  };
  if (isLongLived && base.files.size >= filesWorthAProcess)
    return foreseeApart({ directory: git.directory, env }, wanted);
  const { foresee } = await import('./foresight.ts');
  return foresee(git, wanted);
}

/** What the checks test: those given by hand whatever the user means by them, the others by what they run. */
function testsOf({ base, settings }: EvidenceParams): readonly TestReach[] {
  if (settings.checks !== null) return settings.checks.length === 0 ? [] : ['all'];
  return base.checks.flatMap(({ name, command, definition }): TestReach[] => {
    const script = definition?.kind === 'scripts' ? definition.scripts.get(name) : undefined;
    const reach = reachOf({ name, command: script ?? command });
    return reach === null ? [] : [reach];
  });
}

/** The part of the settings that planning uses. */
export function planOptions(settings: Settings): PlanOptions {
  const { maxWorkers, stack, batches, independent, merge, resolveAttempts } = settings;
  const isMergedByRun = merge === 'verified' && resolveAttempts > 0;
  return { maxWorkers, stack, batches, independent, isMergedByRun };
}

/** Newer runs tell more than all of them. */
const mostRuns = 20;

/** The issue's own run does not count: a run that is taken up again is to find the plan that it had. */
function pastRuns({ journal, issue, settings }: EvidenceParams): PastRuns | null {
  const others = journal
    ?.runs()
    .filter((entry) => displayIssue(entry.issue) !== displayIssue(issue));
  const runs = others?.slice(0, mostRuns) ?? [];
  const states = runs.flatMap(({ run }) => foldRun(journal?.readSound(run).events ?? []) ?? []);
  return learnFromRuns(states, settings.agent);
}
