import { posix } from 'node:path';
import type { PredictedFile } from '../../model/plan/repository-index.ts';
import type { Corpus } from './predict-corpus.ts';

const asksForTests = /\btests?\b|\bspecs?\b|\bcoverage\b/iu;
const sureSource = 0.4;

/** The files that a task will probably create: those that its author names, and tests where a likely source has none. */
export function newFiles(
  corpus: Corpus,
  text: string,
  known: readonly PredictedFile[],
): PredictedFile[] {
  const named = corpus
    .findPaths(text)
    .filter(({ path, isNew }) => isNew && !path.endsWith('/'))
    .map(({ path, probability, reason }) => ({ path, probability, reason, isNew: true }));
  if (!asksForTests.test(text)) return named;
  return [...named, ...missingTests(corpus, known)];
}

function missingTests(corpus: Corpus, known: readonly PredictedFile[]): PredictedFile[] {
  const { byStem, kinds, existing, places } = corpus;
  return known.slice(0, 3).flatMap(({ path, probability, isHint = false }) => {
    const kind = kinds[places.get(path) ?? -1];
    const isSource =
      kind !== undefined && !kind.isTest && !kind.isDocument && !kind.isConfiguration;
    const alike = kind === undefined ? [] : (byStem.get(kind.stem) ?? []);
    const isTested = alike.some((at) => kinds[at]?.isTest);
    if (!isSource || isTested || probability < sureSource) return [];
    const test = testNextTo(corpus, path);
    if (test === null || existing.has(test)) return [];
    const reason = `a test of ${path}, as its neighbours have them`;
    const file = { path: test, probability: probability / 2, reason, isNew: true };
    return [isHint ? { ...file, isHint } : file];
  });
}

/** Where the test of a source would stand, by the example of a neighbour that has one; null without an example. */
function testNextTo({ index, kinds, byStem }: Corpus, path: string): string | null {
  const folder = posix.dirname(path);
  const extension = posix.extname(path);
  for (const [at, neighbour] of index.files.entries()) {
    const kind = kinds[at];
    if (kind?.folder !== folder || kind.isTest || neighbour.path === path) continue;
    const name = posix.basename(neighbour.path, posix.extname(neighbour.path));
    const { stem } = kind;
    const test = byStem
      .get(stem)
      ?.map((other) => index.files[other]?.path ?? '')
      .find(
        (other, place, all) =>
          other.endsWith(extension) &&
          kinds[byStem.get(stem)?.[place] ?? -1]?.isTest === true &&
          all.length < 4,
      );
    if (test !== undefined && posix.basename(test).includes(name))
      return posix.join(
        posix.dirname(test),
        posix.basename(test).replace(name, posix.basename(path, extension)),
      );
  }
  return null;
}
