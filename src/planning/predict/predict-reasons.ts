import { wordStem } from '../../model/plan/word-stem.ts';
import type { Corpus } from './predict-corpus.ts';
import type { FirstLook } from './predict-first-look.ts';
import { highest } from './predict-habits.ts';
import type { SecondLook } from './predict-second-look.ts';
import { pieces } from './predict-words.ts';

type Case = {
  readonly corpus: Corpus;
  readonly first: FirstLook;
  readonly second: SecondLook;
  /** Its place in the index. */
  readonly file: number;
};

/** Gives for a file the strongest evidence, in words. */
export function openReasons(given: Omit<Case, 'file'>): (file: number) => string {
  const { path, stem, defines, words, similar } = given.first.scores;
  const tops = new Map(
    [path, stem, defines, words, similar.sum].map((values) => [values, highest(values)]),
  );
  return (file) =>
    strongest({ ...given, file }, (values) => (values[file] ?? 0) / (tops.get(values) ?? 1));
}

function strongest(given: Case, share: (values: Float64Array) => number): string {
  const { scores } = given.first;
  const { file } = given;
  const { together, imports, importedBy, partner } = given.second;
  const reasons: readonly (readonly [number, () => string])[] = [
    [
      (scores.named[file] ?? 0) >= 0.6 ? 3 + (scores.named[file] ?? 0) : 0,
      () => 'named in the text',
    ],
    [(scores.definesName[file] ?? 0) * 1.5, () => `defines ${definedName(given)}`],
    [(scores.named[file] ?? 0) >= 0.35 ? 0.9 : 0, () => 'in a folder that the text names'],
    [
      share(scores.path) * 0.8 + share(scores.stem) * 0.2,
      () => `its path has ${wordsShared(given)}`,
    ],
    [share(scores.defines) * 0.8, () => `defines names with ${definedWords(given)}`],
    [share(scores.words) * 0.55, () => "its text has the task's words"],
    [share(scores.similar.sum) * 0.85, () => `changed in “${similarMessage(given)}”`],
    [
      (partner.probability[file] ?? 0) * 1.2,
      () => `${kindOf(given)} ${pathOf(given, partner.file)}`,
    ],
    [
      (together.most[file] ?? 0) * 2,
      () =>
        `changed together with ${pathOf(given, together.seed)} ${times(together.times[file] ?? 0)}`,
    ],
    [(imports.probability[file] ?? 0) * 0.8, () => `imports ${pathOf(given, imports.file)}`],
    [
      (importedBy.probability[file] ?? 0) * 0.8,
      () => `imported by ${pathOf(given, importedBy.file)}`,
    ],
  ];
  const [best] = reasons.toSorted(([one], [other]) => other - one);
  return best === undefined || best[0] === 0 ? 'changed often lately' : best[1]();
}

function pathOf({ corpus, file }: Case, places: Int32Array): string {
  return corpus.index.files[places[file] ?? -1]?.path ?? 'a likely file';
}

function kindOf({ corpus, file }: Case): string {
  return corpus.kinds[file]?.isTest === true ? 'tests' : 'tested by';
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function similarMessage({ corpus, first, file }: Case): string {
  const change = corpus.index.changes[first.scores.similar.which[file] ?? -1];
  const subject = change?.message.split('\n', 1)[0]?.trim() ?? 'a similar change';
  return subject.length > 70 ? `${subject.slice(0, 67)}…` : subject;
}

/** The task's words that a text has, at most three. */
function shared(given: Case, text: string): string {
  const { terms } = given.first.query;
  const found = pieces(text).filter((piece) => terms.has(wordStem(piece) ?? ''));
  return [...new Set(found)].slice(0, 3).join(', ') || 'its words';
}

function wordsShared(given: Case): string {
  return shared(given, given.corpus.index.files[given.file]?.path ?? '');
}

function definedWords(given: Case): string {
  return shared(given, given.corpus.index.files[given.file]?.defines.join(' ') ?? '');
}

function definedName({ corpus, first, file }: Case): string {
  const { names } = first.query;
  const defines = corpus.index.files[file]?.defines ?? [];
  return (
    defines.find((name) => names.has(name.toLowerCase().replaceAll('_', ''))) ??
    'a name of the text'
  );
}
