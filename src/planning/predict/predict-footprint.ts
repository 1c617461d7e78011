import type { PredictedFile, RepositoryIndex } from '../../model/plan/repository-index.ts';
import { askedPart, isReport } from '../report-text.ts';
import { openCorpus, type Corpus } from './predict-corpus.ts';
import { firstLook, type FirstLook } from './predict-first-look.ts';
import { habitsOf } from './predict-habits.ts';
import { openModel, type TreeModel } from './predict-model.ts';
import { newFiles } from './predict-new-files.ts';
import { readSaid, saysNothing, type Said } from './pair-words.ts';
import { withoutForms } from './predict-words.ts';
import { openReasons } from './predict-reasons.ts';
import { secondLook } from './predict-second-look.ts';
import {
  exampleFolderOf,
  isUnaskedMachinery,
  openMentions,
  type Mention,
} from './predict-mentions.ts';
import { oddsInReport, reportWeights, type ReportWeights } from './report-odds.ts';
import { similarTo, type LikeChange } from './similar-changes.ts';
import { usualCompanions } from './usual-companions.ts';
import weights from './predict-weights.json' with { type: 'json' };

export type PredictOptions = {
  /** The most files that are given; 50 without it. */
  readonly limit?: number;
};

/** A repository ready for questions. Made once for an index, since the preparation costs more than a text. */
export type Predictor = {
  /** The files that a task with this text will probably touch or create, the likeliest first. */
  (text: string, options?: PredictOptions): PredictedFile[];
  /** The past changes whose messages are most like a text. */
  readonly similar: (text: string) => LikeChange[];
  /** What a text tells about which others it meets; nothing in a young repository. */
  readonly said: (text: string) => Said;
};

/** The same for a single text. */
export function predictFootprint(
  text: string,
  index: RepositoryIndex,
  options: PredictOptions = {},
): PredictedFile[] {
  return openPredictor(index)(text, options);
}

/** The trees of the first and of the second look. */
export type FileModels = { readonly first: TreeModel; readonly second: TreeModel };

/** Prepares an index for many texts. Training judges with models of its own, which know nothing of the repository. */
export function openPredictor(
  index: RepositoryIndex,
  models: FileModels = weights,
  reports: ReportWeights = reportWeights,
): Predictor {
  const corpus = openCorpus(withoutImports(index));
  const isYoung = corpus.index.changes.length < fewestChanges;
  const habits = habitsOf(corpus);
  const spokenOf = openMentions(corpus);
  const companions = isYoung ? new Map<number, Mention>() : usualCompanions(corpus);
  const judges = { first: openModel(models.first), second: openModel(models.second) };
  const predict = (
    text: string,
    { limit = defaultLimit }: PredictOptions = {},
  ): PredictedFile[] => {
    const first = firstLook(corpus, habits, withoutForms(text));
    const second = secondLook(corpus, first, judges.first(first.rows));
    const learned = judges.second(second.rows);
    const isTold = isReport(text);
    const known = second.candidates.map((file, at) => ({
      file,
      probability: isTold
        ? oddsInReport(learned[at] ?? 0, reports)
        : atLeast(corpus, first, file, learned[at] ?? 0),
    }));
    const reasonOf = openReasons({ corpus, first, second });
    const asked = askedPart(text);
    const mentions = spokenOf(asked, known.toSorted(likeliestFirst));
    const spoken = isTold ? new Map([...mentions, ...companions]) : mentions;
    const unseen = [...spoken.keys()].filter((file) => !second.candidates.includes(file));
    const ranked = [...known, ...unseen.map((file) => ({ file, probability: 0 }))]
      .map(({ file, probability }) => ({
        file,
        probability: isUnaskedMachinery(index.files[file]?.path ?? '', text)
          ? Math.min(probability, mostUnasked)
          : Math.max(probability, spoken.get(file)?.least ?? 0),
        reason: (spoken.get(file)?.least ?? 0) > probability ? spoken.get(file)?.reason : undefined,
      }))
      .toSorted(likeliestFirst);
    const shown = ranked.slice(0, limit).map(({ file, probability, reason }) => ({
      path: index.files[file]?.path ?? '',
      probability: rounded(probability),
      reason: reason ?? reasonOf(file),
      isNew: false,
      ...(isYoung && !isTelling(first, file) ? { isHint: true } : {}),
    }));
    const folder = exampleFolderOf(corpus, text);
    return [...shown, ...newFiles(corpus, asked, shown), ...(folder === null ? [] : [folder])]
      .toSorted((one, other) => other.probability - one.probability)
      .slice(0, limit);
  };
  return Object.assign(predict, {
    similar: (text: string) => similarTo(corpus, text),
    said: (text: string) => (isYoung ? saysNothing : readSaid(corpus.messages, text)),
  });
}

/** With fewer changes, a repository's past says nothing about what belongs together. */
const fewestChanges = 50;

/** A change of at least half of all files brought them in, or changed them all at once: it says nothing about any. */
function withoutImports(index: RepositoryIndex): RepositoryIndex {
  const changes = index.changes.filter(({ size }) => size * 2 < index.files.length);
  return changes.length === index.changes.length ? index : { ...index, changes };
}

/** Whether a file is named in the text, or defines a name of it that few files define. */
function isTelling({ scores }: FirstLook, file: number): boolean {
  return (scores.named[file] ?? 0) >= namedWhole || (scores.definesName[file] ?? 0) >= 0.5;
}

/** A path, or a base name with its ending: the stem alone may be any word. */
const namedWhole = 0.7;

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

/** Workflows and the like change together with much; a text that says nothing of them seldom means them. */
const mostUnasked = 0.2;

function likeliestFirst(
  one: { readonly probability: number },
  other: { readonly probability: number },
): number {
  return other.probability - one.probability;
}

function rounded(probability: number): number {
  return Math.round(probability * 10_000) / 10_000;
}
