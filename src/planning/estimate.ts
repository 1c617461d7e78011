import type { Complexity, FootprintEntry, SizeEstimate } from '../model/plan.ts';
import type { SubTask } from '../model/issue.ts';
import { readStatedSize } from './stated-size.ts';
import { asksForTests, isAboutDocuments, textOf } from './task-text.ts';

/** What a task's text lets one expect. */
export type Estimate = {
  readonly complexity: Complexity;
  readonly size: SizeEstimate;
  readonly estimateMinutes: number;
};

/** What a task is estimated from, beside its own text. */
export type EstimateEvidence = {
  readonly files: ReadonlySet<string>;
  readonly footprint: readonly FootprintEntry[];
  /** Whether the issue asks for tests of every task. */
  readonly areTestsAsked: boolean;
  /** What estimates of this repository's past runs are to be multiplied by; 1 when there were none. */
  readonly minutesFactor: number;
};

const wholeSystem =
  /\b(?:entire|whole|complete|full)\b.{0,40}\b(?:system|application|app|platform|codebase|project|product|backend|frontend|engine|framework|suite)\b|\bfrom scratch\b|\bend[- ]to[- ]end rewrite\b/iu;
const tiny =
  /\b(?:single|one)[- ](?:line|word|import|character|constant|flag|comment)\b|\btypos?\b|\bimport statement\b|\bbump (?:the )?version\b|\brename (?:the )?(?:variable|constant|flag)\b/iu;
const sweeping = /\b(?:convert|migrat|refactor|rewrite|port|reformat|restructure)/iu;
const heavy =
  /\bmigrat|\brefactor|\brewrite|\bconcurren|\bsecur|\bencrypt|\brealtime|\breal-time|\bdistributed|\btransaction/giu;

/**
 * Estimates one task. The figures come from what the author states, else from the features that the text lists and the
 * files that it names; the minutes are fitted to the user guide's table: 50 lines with 5 tests take 10 minutes, 150
 * with 8 take 15, 180 with 12 take 18.
 */
export function estimateTask(task: SubTask, evidence: EstimateEvidence): Estimate {
  const text = textOf(task);
  const stated = readStatedSize(task.title, text);
  const guessed = guessSize(task, text, evidence);
  const size = {
    files: stated.files ?? guessed.files,
    loc: stated.loc ?? guessed.loc,
    tests: stated.tests ?? guessed.tests,
  };
  const isTiny = isTinyTask(task, text);
  const worked = isTiny ? 3 : minutesOf(size, isAboutDocuments(task.title));
  const estimateMinutes =
    stated.minutes ?? Math.max(1, Math.round(worked * evidence.minutesFactor));
  return {
    size,
    estimateMinutes: Math.max(1, Math.round(estimateMinutes)),
    complexity: stated.complexity ?? complexityOf(size, estimateMinutes),
  };
}

/** An estimate whose minutes somebody else has read from the task; null leaves it as it is. */
export function withMinutes(estimate: Estimate, minutes: number | null): Estimate {
  if (minutes === null) return estimate;
  const estimateMinutes = Math.max(1, Math.round(minutes));
  return { ...estimate, estimateMinutes, complexity: complexityOf(estimate.size, minutes) };
}

/** Reading, starting up and checking take so long, however small the change. */
const leastMinutes = 11;

function minutesOf({ loc, tests }: SizeEstimate, isDocument: boolean): number {
  const minutes = 5.8 + 0.0355 * loc + 0.484 * tests + (isDocument ? 2.7 : 0);
  return Math.min(120, Math.max(leastMinutes, minutes));
}

function complexityOf({ files, loc }: SizeEstimate, minutes: number): Complexity {
  if (minutes > 25) return 'high';
  return files + loc / 75 >= 3.5 ? 'medium' : 'low';
}

function guessSize(task: SubTask, text: string, evidence: EstimateEvidence): SizeEstimate {
  if (isTinyTask(task, text)) return { files: 1, loc: 5, tests: 0 };
  if (wholeSystem.test(task.title)) return { files: 12, loc: 700, tests: 25 };
  const isDocument = isAboutDocuments(task.title);
  const files = filesOf(task, text, evidence);
  const features = featuresOf(task, text);
  const isSweep = sweptFiles(task, evidence) > 0;
  const byFiles = isSweep ? 20 * files : 25 * files;
  const loc = Math.round(
    isDocument ? Math.max(100, 25 * features) : Math.max(50 * features, byFiles),
  );
  const asked = evidence.areTestsAsked || asksForTests(text);
  const tests = isDocument ? 0 : asked ? Math.round(2 + 2.6 * Math.min(features, 10)) : 3;
  return { files, loc, tests };
}

function isTinyTask({ title, acceptance }: SubTask, text: string): boolean {
  return tiny.test(title) && text.length < 300 && acceptance.length < 3;
}

/** Named files, or else as many as the repository's evidence expects; a new test file where tests are asked for. */
function filesOf(task: SubTask, text: string, evidence: EstimateEvidence): number {
  const swept = sweptFiles(task, evidence);
  if (swept > 0) return swept;
  const declared = evidence.footprint.filter(
    ({ isDeclared, probability }) => isDeclared && probability >= 0.5,
  );
  const named = declared.reduce((sum, { path }) => sum + (path.endsWith('/') ? 3 : 1), 0);
  const namesTests = declared.some(({ path }) => /test|spec/iu.test(path));
  const namesDirectory = declared.some(({ path }) => path.endsWith('/'));
  const addsTests =
    asksForTests(text.replaceAll(/\b(?:integration|e2e|end-to-end) tests?\b/giu, '')) &&
    !isAboutDocuments(task.title);
  const own = named + (named > 0 && addsTests && !namesTests && !namesDirectory ? 1 : 0);
  const predicted = evidence.footprint
    .filter(({ isDeclared }) => !isDeclared)
    .reduce((sum, { probability }) => sum + probability, 0);
  return Math.min(12, Math.max(1, own, named > 0 ? 0 : Math.round(predicted)));
}

/** How many files a task goes through that converts or refactors a whole directory; 0 when it does not. */
function sweptFiles({ title }: SubTask, { files, footprint }: EstimateEvidence): number {
  if (!sweeping.test(title)) return 0;
  const directories = footprint
    .filter(({ path, isDeclared, isNew }) => isDeclared && !isNew && path.endsWith('/'))
    .map(({ path }) => path)
    .filter((path) => title.includes(path.slice(0, -1)));
  if (directories.length === 0) return 0;
  let count = 0;
  for (const file of files) if (directories.some((path) => file.startsWith(path))) count += 1;
  return Math.min(count, 100);
}

/** How many things a text asks for: what it lists, its criteria, and much prose; heavy words count twice. */
function featuresOf({ title, description, acceptance }: SubTask, text: string): number {
  const lists = [...description.matchAll(/\b(?:with|including|for|:)\s+([^.:;\n]{5,200})/giu)].map(
    ([, list = '']) => list.split(/,|\band\b/u).filter((part) => part.trim() !== '').length,
  );
  const crud = /\bCRUD\b/u.test(text) ? 3.5 : 0;
  const prose = Math.max(0, text.split(/\s+/u).length - 60) / 60;
  const weights = new Set(
    (`${title}\n${description}`.match(heavy) ?? []).map((word) => word.toLowerCase()),
  );
  const listed = Math.max(1, crud, ...lists);
  return Math.min(12, listed + acceptance.length * 0.25 + Math.min(4, prose) + weights.size * 0.5);
}
