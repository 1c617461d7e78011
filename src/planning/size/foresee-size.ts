import { kindOfWork, scopeOfWork } from './kind-of-work.ts';
import { logOf, sizeFeatures, usualSize, type SizeEvidence } from './size-features.ts';
import weights from './size-weights.json' with { type: 'json' };

/** A figure with the bounds between which it lies eight times in ten. */
export type Ranged = { readonly value: number; readonly low: number; readonly high: number };

/** How many lines and files a task will probably change. */
export type ForeseenSize = Readonly<Record<'lines' | 'files', Ranged>> & {
  /** Whether the words of the task overruled what past changes say. */
  readonly isByRule: boolean;
};

/** A line through the features: how far a change is from the usual, in natural logarithms, and how far off that is. */
export type SizeWeights = {
  readonly constant: number;
  readonly weights: readonly number[];
  /** Between these, errors lie eight times in ten. */
  readonly low: number;
  readonly high: number;
};

/** This many past changes count as much as the words of the task. */
const doubt = 20;
/** How far off the words alone are: five times too many or too few lines, twice the files. */
const wordError = { lines: Math.log(5), files: Math.log(2) };

/** Foresees a task's size, by the history where there is one, and by the words of the task. */
export function foreseeSize(evidence: SizeEvidence): ForeseenSize {
  const { history } = evidence;
  const known = Math.max(history.usual.length, history.similar.length);
  const trust = known / (known + doubt);
  const usual = usualSize(history);
  const features = known === 0 ? [] : sizeFeatures(evidence);
  const rule = ruleFor(evidence);
  const of = (figure: 'lines' | 'files', said: number): Ranged => {
    const model: SizeWeights = weights[figure];
    const learned = known === 0 ? said : usual[figure].mean + project(model, features);
    const believed = rule === null ? learned : rule(learned, said);
    const value = trust * believed + (1 - trust) * said;
    const error = wordError[figure];
    const low = value + trust * model.low - (1 - trust) * error;
    const high = value + trust * model.high + (1 - trust) * error;
    // What the words say lies in the range wherever they overruled what was learned.
    return believed === learned
      ? rangedOf(value, { low, high })
      : rangedOf(value, { low: Math.min(low, said), high: Math.max(high, said) });
  };
  const { byText } = evidence;
  const [lines, files] = [of('lines', logOf(byText.loc)), of('files', logOf(byText.files))];
  return { lines, files, isByRule: rule !== null };
}

function project({ constant, weights: each }: SizeWeights, features: readonly number[]): number {
  return each.reduce((sum, weight, at) => sum + weight * (features[at] ?? 0), constant);
}

/** How a learned figure is combined with what the words say. */
type Rule = (learned: number, said: number) => number;

const atLeastHalf: Rule = (learned, said) => Math.max(learned, (learned + said) / 2);
const atMostHalf: Rule = (learned, said) => Math.min(learned, (learned + said) / 2);

/**
 * Past changes are seldom as large as a migration, a rewrite or a new part that is a system itself, seldom as small as a
 * typo, and their messages seldom name files: for these the words count at least half. Null: what was learned stands.
 */
function ruleFor({ title, byText }: SizeEvidence): Rule | null {
  if (byText.from === 'files') return atLeastHalf;
  const kind = kindOfWork(title);
  const isBuilt = kind === 'introduce' || kind === null;
  if (kind === 'migrate' || kind === 'rewrite' || (isBuilt && scopeOfWork(title) > 0))
    return atLeastHalf;
  return kind === 'typo' && byText.loc <= 5 ? atMostHalf : null;
}

function rangedOf(value: number, { low, high }: Omit<Ranged, 'value'>): Ranged {
  const count = (log: number): number => Math.max(1, Math.round(Math.exp(Math.min(log, 10))));
  return { value: count(value), low: count(low), high: count(high) };
}
