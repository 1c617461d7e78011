import type { Complexity, FootprintEntry, SizeEstimate } from '../model/plan.ts';
import type { SubTask } from '../model/issue.ts';

/** What a task's text lets one expect, before anything is known of past runs. */
export type Estimate = {
  readonly complexity: Complexity;
  readonly size: SizeEstimate;
  readonly estimateMinutes: number;
};

const testWords = /\btests?\b|\bcoverage\b|\bspecs?\b/iu;
const documentWords = /\bdocument|\bdocs?\b|\breadme\b|\bguide\b/iu;
const heavyWords =
  /\bmigrat|\brefactor|\brewrite|\bentire|\bwhole|\bintegrat|\bconcurren|\bsecur|\bencrypt|\bCRUD\b/giu;

/**
 * Estimates one task from its text. The figures are fitted to the user guide's table: one file of 50 lines takes 10
 * minutes, three files of 200 lines with 10 tests take 15.
 */
export function estimateTask(task: SubTask, footprint: readonly FootprintEntry[]): Estimate {
  const text = [task.title, task.description, ...task.acceptance].join('\n');
  const words = text.split(/\s+/u).length;
  const named = footprint
    .map(({ path }) => (path.endsWith('/') ? 3 : 1))
    .reduce((a, b) => a + b, 0);
  const files = Math.max(1, Math.min(named, 12));
  const heavy = new Set(text.match(heavyWords) ?? []).size;
  const isDocumentation = documentWords.test(task.title);
  const loc = Math.round(
    (isDocumentation ? 90 : 45) * files + Math.min(words, 400) * 0.3 + heavy * 40,
  );
  const tests = testWords.test(text) && !isDocumentation ? 3 + files * 2 : 0;
  const estimateMinutes = Math.round(7 + files * 1.2 + loc / 40 + tests * 0.25 + heavy * 2);
  const points = files + heavy * 2 + loc / 100;
  const complexity = points >= 9 ? 'high' : points >= 3.5 ? 'medium' : 'low';
  return { complexity, size: { files, loc, tests }, estimateMinutes };
}
