import { openFactsCache } from '../../src/evidence/facts-cache.ts';
import { readIndex } from '../../src/evidence/open-index.ts';
import { readChangeSizes } from '../../src/evidence/read-change-sizes.ts';
import { gitAt } from '../../src/git/git.ts';
import type { ChangeSize } from '../../src/model/plan/repository-index.ts';
import type { SubTask } from '../../src/model/issue/issue.ts';
import { openPredictor } from '../../src/planning/predict/predict-footprint.ts';
import { sizeByText } from '../../src/planning/size/size-by-text.ts';
import type { SizeEvidence } from '../../src/planning/size/size-features.ts';
import { sizeHistory, usualChanges } from '../../src/planning/predict/similar-changes.ts';
import { readPastTasks, type PastTask } from '../footprints/past-tasks.ts';

/** A commit as a task, with how much it was: what could be known at its parent, and the truth. */
export type PastSize = {
  readonly commit: string;
  readonly evidence: SizeEvidence;
  readonly truth: ChangeSize;
};

export type PastSizesOptions = {
  /** How many tasks are taken, evenly spread over the newest `commits`. */
  readonly tasks: number;
  readonly commits: number;
  readonly cache: string | null;
};

/** Replays a history: of each task only what its parent's tree and history say. */
export async function readPastSizes(
  path: string,
  { tasks: count, commits, cache: directory }: PastSizesOptions,
): Promise<PastSize[]> {
  const git = gitAt(path, process.env);
  using cache = openFactsCache(directory);
  const tasks = spread(await readPastTasks(git, 'HEAD', commits), count);
  const truths = await readChangeSizes(
    git,
    tasks.map(({ commit }) => commit),
    cache,
  );
  const sizes: PastSize[] = [];
  for (const { commit, parent, message } of tasks) {
    const truth = truths.get(commit);
    // Where only lock files and pictures changed there are no lines to be foreseen.
    if (truth === undefined || truth.lines === 0) continue;
    const index = await readIndex({ git, commit: parent, cacheDirectory: null }, cache);
    const predict = openPredictor(index);
    const usual = usualChanges(index);
    const like = predict.similar(message);
    const asked = [...usual, ...like.map(({ change }) => change.commit)];
    const history = sizeHistory(like, usual, await readChangeSizes(git, asked, cache));
    const footprint = predict(message).map((entry) => ({ ...entry, isDeclared: false }));
    const task = taskOf(message);
    const files = new Set(index.files.map(({ path: file }) => file));
    const byText = sizeByText(task, { files, footprint, areTestsAsked: false });
    sizes.push({
      commit,
      truth,
      evidence: { title: task.title, text: message, byText, history, footprint },
    });
  }
  return sizes;
}

function spread(tasks: readonly PastTask[], count: number): PastTask[] {
  const step = Math.max(1, tasks.length / count);
  return Array.from(
    { length: Math.min(count, tasks.length) },
    (_, at) => tasks[Math.floor(at * step)],
  ).filter((task) => task !== undefined);
}

function taskOf(message: string): SubTask {
  const [title = '', ...body] = message.split('\n');
  const nothing = { acceptance: [], reference: null, phase: 1, after: [], afterIssues: [] };
  return {
    ordinal: 1,
    title,
    description: body.join('\n'),
    lines: { start: 1, end: 1 },
    ...nothing,
  };
}
