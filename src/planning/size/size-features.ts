import type { FootprintEntry } from '../../model/plan/plan.ts';
import type { ChangeSize, SizeHistory } from '../../model/plan/repository-index.ts';
import { fileKind } from '../predict/predict-file-kind.ts';
import { kindOfWork, scopeOfWork, type KindOfWork } from './kind-of-work.ts';
import type { TextSize } from './size-by-text.ts';

/** How much is usual in a repository: means and spreads of the natural logarithms. */
export type UsualSize = Readonly<
  Record<'lines' | 'files', { readonly mean: number; readonly spread: number }>
>;

/** What a task's size is foreseen from. */
export type SizeEvidence = {
  readonly title: string;
  readonly text: string;
  /** What the words alone say. */
  readonly byText: Pick<TextSize, 'files' | 'loc' | 'from'>;
  readonly history: SizeHistory;
  readonly footprint: readonly Pick<FootprintEntry, 'path' | 'probability' | 'isNew'>[];
};

/** Rewrites, migrations and whole parts are rare among past changes, and small: what they take is a rule, not learned. */
const kinds: readonly KindOfWork[] = [
  ...(['typo', 'refactor', 'rename', 'document', 'test', 'fix', 'remove'] as const),
  ...(['improve', 'introduce', 'configure', 'change'] as const),
];

/** The size of a change as the model has it: one that touched nothing is one line. */
export function logOf(count: number): number {
  return Math.log(Math.max(1, count));
}

/** How much a change of this repository usually is. */
export function usualSize({ similar, usual }: SizeHistory): UsualSize {
  const known = usual.length > 0 ? usual : similar;
  return { lines: momentsOf(known, 'lines'), files: momentsOf(known, 'files') };
}

function momentsOf(sizes: readonly ChangeSize[], of: keyof ChangeSize) {
  const values = sizes.map((size) => logOf(size[of]));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(variance / Math.max(1, values.length)) };
}

/** What is measured of a task, in the order of the weights. */
export function sizeFeatures(evidence: SizeEvidence): number[] {
  const { title, text, byText, history, footprint } = evidence;
  const usual = usualSize(history);
  const kind = kindOfWork(title);
  const body = text.slice(title.length);
  const chance = (of: (entry: (typeof footprint)[number]) => boolean): number =>
    footprint.filter(of).reduce((sum, { probability }) => sum + probability, 0);
  const expected = chance(() => true);
  return [
    ...nearby(history, usual),
    logOf(byText.loc),
    logOf(byText.files),
    Math.log1p(expected),
    Math.log1p(chance(({ isNew }) => isNew)),
    Math.log1p(chance(({ path }) => fileKind(path).isTest)),
    Math.log1p(chance(({ path }) => fileKind(path).isDocument)),
    Math.log1p(chance(({ path }) => fileKind(path).isConfiguration)),
    Math.max(0, ...footprint.map(({ probability }) => probability)),
    Math.log1p(wordCount(title)),
    Math.log1p(wordCount(body)),
    Math.log1p((body.match(/^\s*(?:[-*+]|\d+[.)])\s/gmu) ?? []).length),
    Math.log1p((text.match(/`[^`\n]{1,80}`/gu) ?? []).length),
    ...kinds.map((one) => (one === kind ? 1 : 0)),
    scopeOfWork(title) === -1 ? 1 : 0,
  ];
}

const doubt = 1;

/** How far similar changes were from the usual, the likest counting most; a few prove little. */
function nearby({ similar }: SizeHistory, usual: UsualSize): number[] {
  const figures = (['lines', 'files'] as const).flatMap((of) =>
    [1, 3].map((power) => {
      let [total, weight] = [0, doubt];
      for (const change of similar) {
        const share = change.likeness ** power;
        total += share * (logOf(change[of]) - usual[of].mean);
        weight += share;
      }
      return total / weight;
    }),
  );
  return figures;
}

function wordCount(text: string): number {
  return text.slice(0, 5_000).split(/\s+/u).filter(Boolean).length;
}
