import type { PredictedFile, RepositoryIndex } from '../model/repository-index.ts';
import { openCorpus, type Corpus } from './predict-corpus.ts';
import { firstLook, type FirstLook } from './predict-first-look.ts';
import { habitsOf } from './predict-habits.ts';
import { openModel } from './predict-model.ts';
import { newFiles } from './predict-new-files.ts';
import {
  openPairJudge,
  type Foreseen,
  type OverlapWeights,
  type PairJudge,
} from './predict-overlap.ts';
import { openReasons } from './predict-reasons.ts';
import { secondLook } from './predict-second-look.ts';
import { similarTo, type LikeChange } from './similar-changes.ts';
import weights from './predict-weights.json' with { type: 'json' };

export type PredictOptions = {
  /** At most so many files are given; 50 without it. */
  readonly limit?: number;
};

/** A repository ready for questions. Made once for an index, since the preparation costs more than a text. */
export type Predictor = {
  /** The files that a task with this text will probably touch or create, the likeliest first. */
  (text: string, options?: PredictOptions): PredictedFile[];
  /** The past changes whose messages are most like a text. */
  readonly similar: (text: string) => LikeChange[];
  /** How likely any two of some tasks touch a file in common, from all that was predicted for each. */
  readonly judgePairs: (predicted: readonly (readonly Foreseen[])[]) => PairJudge;
  /** What `judgePairs` judges by. */
  readonly pairWeights: OverlapWeights;
};

/** The same for a single text. */
export function predictFootprint(
  text: string,
  index: RepositoryIndex,
  options: PredictOptions = {},
): PredictedFile[] {
  return openPredictor(index)(text, options);
}

/** Prepares an index for many texts. */
export function openPredictor(index: RepositoryIndex): Predictor {
  const corpus = openCorpus(index);
  const habits = habitsOf(corpus);
  const judges = { first: openModel(weights.first), second: openModel(weights.second) };
  const predict = (
    text: string,
    { limit = defaultLimit }: PredictOptions = {},
  ): PredictedFile[] => {
    const first = firstLook(corpus, habits, text);
    const second = secondLook(corpus, first, judges.first(first.rows));
    const learned = judges.second(second.rows);
    const known = second.candidates.map((file, at) => ({
      file,
      probability: atLeast(corpus, first, file, learned[at] ?? 0),
    }));
    const ranked = known.toSorted((one, other) => other.probability - one.probability);
    const reasonOf = openReasons({ corpus, first, second });
    const shown = ranked.slice(0, limit).map(({ file, probability }) => ({
      path: index.files[file]?.path ?? '',
      probability: rounded(probability),
      reason: reasonOf(file),
      isNew: false,
    }));
    return [...shown, ...newFiles(corpus, text, shown)]
      .toSorted((one, other) => other.probability - one.probability)
      .slice(0, limit);
  };
  return Object.assign(predict, {
    similar: (text: string) => similarTo(corpus, text),
    judgePairs: (predicted: readonly (readonly Foreseen[])[]) =>
      openPairJudge(weights.pair, predicted),
    pairWeights: weights.pair,
  });
}

const defaultLimit = 50;
/** What the author names will be touched, whatever history says. */
const namedProbability = 0.9;
/** Of the sources that alone define a name of the text, half were touched in the histories that were learned from. */
const onlyDefiner = 0.4;

/** A learned probability, but no less than what plain words of the author warrant, in repositories of any kind. */
function atLeast(corpus: Corpus, { scores }: FirstLook, file: number, learned: number): number {
  if ((scores.named[file] ?? 0) >= 1) return Math.max(namedProbability, learned);
  const kind = corpus.kinds[file];
  const isSource = kind?.isTest === false && !kind.isFixture;
  return isSource && (scores.definesName[file] ?? 0) >= 1
    ? Math.max(onlyDefiner, learned)
    : learned;
}

function rounded(probability: number): number {
  return Math.round(probability * 10_000) / 10_000;
}
