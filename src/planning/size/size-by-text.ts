import type { SubTask } from '../../model/issue/issue.ts';
import type { FootprintEntry } from '../../model/plan/plan.ts';
import { asksForTests, isAboutDocuments, textOf } from '../task-text.ts';
import { kindOfWork, scopeOfWork, type KindOfWork } from './kind-of-work.ts';

/** How much a task looks like by its words and the files that they name. */
export type TextSize = {
  readonly files: number;
  readonly loc: number;
  readonly tests: number;
  /** What of it says so; `nothing` where neither a kind of work nor a place is known. */
  readonly from: 'files' | 'kind' | 'nothing';
  readonly kind: KindOfWork | null;
};

/** What the text is read together with. */
export type TextSizeEvidence = {
  readonly files: ReadonlySet<string>;
  readonly footprint: readonly FootprintEntry[];
  /** Whether the issue asks for tests of every task. */
  readonly areTestsAsked: boolean;
};

const sweeping = new Set<KindOfWork | null>(['migrate', 'rewrite', 'refactor', 'rename']);
const alsoSweeping = /\breformat|\blint/iu;

/** Lines of each kind of work where nothing more is said. */
const linesOf: Readonly<Record<KindOfWork, number>> = {
  ...{ typo: 5, rename: 40, fix: 40, remove: 40, configure: 40, change: 40, improve: 70 },
  ...{ introduce: 50, test: 80, document: 100, refactor: 120, migrate: 300, rewrite: 400 },
};
/** Files, where neither the text nor the repository says which. */
const filesOfKind: Readonly<Partial<Record<KindOfWork, number>>> = {
  ...{ rename: 3, refactor: 3, migrate: 6, rewrite: 6 },
};
const subsystemLines = 200;
const subsystemFiles = 4;

/** Reads how much a task is from what it says; fitted to the user guide's examples. */
export function sizeByText(task: SubTask, evidence: TextSizeEvidence): TextSize {
  const text = textOf(task);
  const kind = kindOfWork(task.title);
  if (isTiny(task, kind, text)) return { files: 1, loc: 5, tests: 0, from: 'kind', kind };
  const scope = scopeOfWork(task.title);
  const places = namedPlaces(task, text, evidence);
  if (scope === 2 && !places.isNamed)
    return { files: 12, loc: 2_000, tests: 25, from: 'kind', kind };
  const features = featuresOf(task, text);
  const isDocument = isAboutDocuments(task.title);
  const asked = evidence.areTestsAsked || asksForTests(text);
  return {
    files: Math.max(1, places.files, places.isNamed ? 1 : filesWithout(kind, scope)),
    loc: Math.round(linesFor({ kind, scope, features, places, isDocument })),
    tests: isDocument ? 0 : asked ? Math.round(2 + 2.6 * Math.min(features, 10)) : 3,
    from: places.isNamed ? 'files' : says(task, kind, text) ? 'kind' : 'nothing',
    kind,
  };
}

function isTiny({ acceptance }: SubTask, kind: KindOfWork | null, text: string): boolean {
  return kind === 'typo' && text.length < 300 && acceptance.length < 3;
}

/** `Docs` and `API things` are kinds of work by a single word, and say nothing of how much. */
function says({ title, description }: SubTask, kind: KindOfWork | null, text: string): boolean {
  if (kind === null) return description.trim() !== '' && text.split(/\s+/u).length > 12;
  return title.trim().split(/\s+/u).length > 1;
}

type Lines = {
  readonly kind: KindOfWork | null;
  readonly scope: -1 | 0 | 1 | 2;
  readonly features: number;
  readonly places: Places;
  readonly isDocument: boolean;
};

function linesFor({ kind, scope, features, places, isDocument }: Lines): number {
  if (isDocument && !sweeping.has(kind)) return Math.max(scope < 0 ? 40 : 100, 25 * features);
  if (places.isSweep) return 20 * places.files;
  const usual = linesOf[kind ?? 'introduce'];
  const isDetail = scope < 0 && !places.isNamed && !sweeping.has(kind);
  return Math.max(
    // A whole migration takes hundreds of lines; that of a named file only as many as one file can.
    places.isNamed ? Math.min(usual, scope > 0 ? 300 : 120) : usual * (isDetail ? 0.6 : 1),
    features > 1 ? 50 * features : 0,
    places.isNamed ? 25 * places.files : 0,
    places.isNamed ? 0 : subsystemBy(kind, scope),
  );
}

/** A part of a system that is a system itself takes more than a detail, for the kinds of work that build it. */
function subsystemBy(kind: KindOfWork | null, scope: Lines['scope']): number {
  if (scope !== 1) return 0;
  if (kind === 'migrate' || kind === 'rewrite') return 1.5 * linesOf[kind];
  return kind === 'introduce' || kind === 'refactor' || kind === null ? subsystemLines : 0;
}

function filesWithout(kind: KindOfWork | null, scope: Lines['scope']): number {
  const heavy = kind === null ? 1 : (filesOfKind[kind] ?? 1);
  const builds = kind === 'introduce' || kind === null;
  return Math.max(heavy, scope === 1 && builds ? subsystemFiles : 1);
}

type Places = {
  readonly files: number;
  readonly isNamed: boolean;
  /** Whether it goes through whole directories. */
  readonly isSweep: boolean;
};

/** Named files, or otherwise as many as the repository's evidence expects; a new test file where tests are asked for. */
function namedPlaces(task: SubTask, text: string, evidence: TextSizeEvidence): Places {
  const swept = sweptFiles(task, evidence);
  if (swept > 0) return { files: swept, isNamed: true, isSweep: true };
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
  const files = Math.min(12, Math.max(own, named > 0 ? 0 : Math.round(predicted)));
  return { files, isNamed: named > 0, isSweep: false };
}

/** How many files a task goes through that converts or refactors a whole directory; 0 when it does not. */
function sweptFiles({ title }: SubTask, { files, footprint }: TextSizeEvidence): number {
  if (!sweeping.has(kindOfWork(title)) && !alsoSweeping.test(title)) return 0;
  const directories = footprint
    .filter(({ path, isDeclared, isNew }) => isDeclared && !isNew && path.endsWith('/'))
    .map(({ path }) => path)
    .filter((path) => title.includes(path.slice(0, -1)));
  if (directories.length === 0) return 0;
  let count = 0;
  for (const file of files) if (directories.some((path) => file.startsWith(path))) count += 1;
  return Math.min(count, 100);
}

const heavyWords =
  /\bconcurren|\bsecur|\bencrypt|\brealtime|\breal-time|\bdistributed|\btransaction/giu;

/** How many things a text asks for: what it lists, its criteria, and much prose; heavy words count twice. */
function featuresOf({ title, description, acceptance }: SubTask, text: string): number {
  const lists = [
    ...title.matchAll(/\b(?:with|including)\s+([^.:;\n]{5,200})/giu),
    ...description.matchAll(/\b(?:with|including|for|:)\s+([^.:;\n]{5,200})/giu),
  ].map(([, list = '']) => list.split(/,|\band\b/u).filter((part) => part.trim() !== '').length);
  const crud = /\bCRUD\b/u.test(text) ? 3.5 : 0;
  const prose = Math.max(0, text.split(/\s+/u).length - 60) / 60;
  const weights = new Set(
    (`${title}\n${description}`.match(heavyWords) ?? []).map((word) => word.toLowerCase()),
  );
  const listed = Math.max(1, crud, ...lists);
  return Math.min(12, listed + acceptance.length * 0.25 + Math.min(4, prose) + weights.size * 0.5);
}
