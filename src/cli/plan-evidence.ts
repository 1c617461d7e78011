import { relative } from 'node:path';
import { openIndex } from '../evidence/open-index.ts';
import type { Git } from '../git/git.ts';
import type { Journal } from '../journal/journal.ts';
import { displayIssue, type IssueRef, type SubTask } from '../model/issue.ts';
import type { FootprintEntry } from '../model/plan.ts';
import type { RepositoryIndex } from '../model/repository-index.ts';
import { foldRun } from '../model/fold-run.ts';
import { learnFromRuns, type PastRuns } from '../planning/past-runs.ts';
import type { Evidence, PlanOptions } from '../planning/plan-issue.ts';
import { openPredictor } from '../planning/predict-footprint.ts';
import { textOf } from '../planning/task-text.ts';
import type { BaseEvidence } from './base-evidence.ts';
import { cacheHome } from './cache-home.ts';
import type { Settings } from './settings.ts';

export type EvidenceOrder = {
  /** Where the base's commit is. */
  readonly git: Git;
  readonly base: BaseEvidence;
  readonly sha: string;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  /** Null: nothing was run here yet. */
  readonly journal: Journal | null;
  readonly issue: IssueRef;
  /** The root of the user's work tree, and where the issue was read: a path, or a URL. */
  readonly root: string;
  readonly source: string;
};

/** A repository of so few files is read as fast as a cache of it. */
const filesWorthACache = 200;

/** Puts together what a plan is made from: the base's files, its index, and what past runs took. */
export async function readPlanEvidence(order: EvidenceOrder): Promise<Evidence> {
  const { git, base, sha, env } = order;

  const cacheDirectory = base.files.size < filesWorthACache ? null : cacheHome(env);
  const index = await openIndex({ git, commit: sha, cacheDirectory });
  // The issue has the words of all its tasks, and is nothing that they work on.
  const own = relative(order.root, order.source);
  const predict = openPredictor(withoutWords(index, own));
  return {
    files: base.files,
    hubs: hubsOf(index),
    predict: (task: SubTask): readonly FootprintEntry[] =>
      predict(textOf(task))
        .filter(({ path }) => path !== own)
        .map((entry) => ({ ...entry, isDeclared: false })),
    judgePairs: predict.judgePairs,
    past: pastRuns(order),
  };
}

function withoutWords(index: RepositoryIndex, own: string): RepositoryIndex {
  const files = index.files.map((file) => (file.path === own ? { ...file, words: '' } : file));
  return { ...index, files };
}

/** The part of the settings that planning heeds. */
export function planOptions({ maxWorkers, stack, batches }: Settings): PlanOptions {
  return { maxWorkers, stack, batches };
}

/** Files that a twentieth of the code imports, and twenty files at least. */
function hubsOf(index: RepositoryIndex): Map<string, string> {
  const importers = new Map<number, number>();
  for (const { imports } of index.files)
    for (const place of imports) importers.set(place, (importers.get(place) ?? 0) + 1);
  const least = Math.max(20, index.files.length / 20);
  const hubs = [...importers].filter(([, count]) => count >= least);
  return new Map(
    hubs.map(([place, count]) => [index.files[place]?.path ?? '', `imported by ${count} files`]),
  );
}

/** Newer runs tell more than all of them. */
const mostRuns = 20;

/** The issue's own run does not count: a run that is taken up again is to find the plan that it had. */
function pastRuns({ journal, issue, settings }: EvidenceOrder): PastRuns | null {
  const others = journal
    ?.runs()
    .filter((entry) => displayIssue(entry.issue) !== displayIssue(issue));
  const runs = others?.slice(0, mostRuns) ?? [];
  const states = runs.flatMap(({ run }) => foldRun(journal?.read(run, 0) ?? []) ?? []);
  return learnFromRuns(states, settings.agent);
}
