import type { PredictedFile } from '../../model/plan/repository-index.ts';
import { wordStem } from '../../model/plan/word-stem.ts';
import { knownDocuments } from './known-documents.ts';
import type { Corpus } from './predict-corpus.ts';
import { sweptFiles } from './swept-files.ts';

/** A file that a text speaks of without its path: how likely it is at least, and why. */
export type Mention = { readonly least: number; readonly reason: string };

type Add = (file: number | undefined, least: number, reason: string) => void;

/** A file with what is believed of it so far. */
type Ranked = { readonly file: number; readonly probability: number };

const dotted = /(?<![\w./@-])([A-Za-z_$][\w$]{1,40}(?:\.[A-Za-z_$][\w$]{1,40}){1,4})(?:\(|\b)/gu;
const code = /(?<![\w.])([A-Z][A-Z]{2,}[A-Z_]*\d+\w*|[A-Z]{2,}(?:_[A-Z\d]+)+)(?!\w)/gu;
const types =
  /\b(?:types|typings|type definitions?|typescript definitions?|type declarations?|d\.ts)\b/iu;
const docsOf =
  /(?<![\w-])`?([A-Z][\w-]{2,40}|[a-z][\w-]{2,40})`? (?:docs?|documentation|reference|guide|page)\b/gu;
const documents = /\b(?:docs?|documentation|document(?:s|ed|ing)?)\b/iu;
const tests = /\btest(?:s|ed|ing)?\b|\bspecs?\b|\bcoverage\b/iu;
const command =
  /`?\b([a-z][\w-]{1,30}) ([a-z][\w-]{1,30})`? (?:sub-?)?command\b|\bcommand `([a-z][\w-]{1,30}) ([a-z][\w-]{1,30})`/gu;
const automation =
  /\b(?:ci|workflows?|actions?|pipelines?|github|build|release|publish|matrix|jobs?)\b/iu;

const quotedName = /`([A-Za-z_$][\w$]{3,60})(?:\(\))?`/gu;
const declaration = /\.d\.[cm]?ts$/u;
const anExample = /\b(?:add|write|create|new|provide|contribute)\b[^.\n]{0,40}\bexamples?\b/iu;
const exampleFolder = /^examples?\//u;

const likelySource = 0.4;
/** Words that are mentioned in this many files name none of them. */
const mostMentions = 4;
/** `where X is run`, `all callers of X` ask for each place of it. */
const mostPlaces = 8;
const placesOf =
  /\b(?:where(?:ver)?|callers? of|us(?:es?|ages?) of|places of|every|all) (?:the )?`([A-Za-z_$][\w$]{3,60})(?:\(\))?`/giu;
const mostSources = 3;

/**
 * The files that plain words point at: `Changelog.`, `the Reply docs`, the source and the module of `reply.headers()`,
 * where a rare code such as `FSTWRN003` occurs, and, besides the likeliest sources, their tests, types and documents.
 */
export function openMentions(
  corpus: Corpus,
): (text: string, known: readonly Ranked[]) => ReadonlyMap<number, Mention> {
  const byBase = Map.groupBy(corpus.index.files.keys(), (at) => corpus.kinds[at]?.name ?? '');
  return (text, known) => {
    const found = new Map<number, Mention>();
    const add: Add = (file, least, reason) => {
      if (file !== undefined && (found.get(file)?.least ?? 0) < least)
        found.set(file, { least, reason });
    };
    for (const [file, { probability, reason }] of [
      ...knownDocuments(corpus, text),
      ...sweptFiles(corpus, text),
    ])
      add(file, probability, reason);
    for (const { files, least, name } of ownersOf(corpus, byBase, text))
      for (const file of files) add(file, least, `where ${name} would be`);
    addDefiners(corpus, text, add);
    for (const file of emittersOf(corpus, text)) add(file, 0.4, 'mentions a name of the text');
    const sources = sourcesOf(corpus, known, found);
    for (const file of sources) addNearby(corpus, { file, text, add });
    for (const [, name = ''] of text.matchAll(docsOf))
      add(documentOf(corpus, name.toLowerCase()), 0.7, `the docs of ${name}`);
    return found;
  };
}

/** Whether a file of the machinery around the code comes up although the text says nothing about that. */
export function isUnaskedMachinery(path: string, text: string): boolean {
  return /^\.(?:github|gitlab|circleci)\//u.test(path) && !automation.test(text);
}

/** The folder of examples, where a text asks for one more and there is such a folder. */
export function exampleFolderOf({ index }: Corpus, text: string): PredictedFile | null {
  if (!anExample.test(text.split('\n', 1)[0]!.slice(0, 500))) return null;
  const found = index.files.find(({ path }) => exampleFolder.test(path))?.path;
  return found === undefined
    ? null
    : {
        path: found.slice(0, found.indexOf('/') + 1),
        probability: 0.6,
        reason: 'where examples are',
        isNew: false,
      };
}

type Owners = { readonly files: readonly number[]; readonly least: number; readonly name: string };

/** Files that own a dotted name: the module of that path, otherwise the source of that stem. */
function ownersOf(
  corpus: Corpus,
  byBase: ReadonlyMap<string, readonly number[]>,
  text: string,
): Owners[] {
  const names = [...text.slice(0, 20_000).matchAll(dotted)]
    .map(([, name = '']) => name)
    .slice(0, 40);
  const commands = [...text.slice(0, 20_000).matchAll(command)].flatMap(() =>
    sourcesNamed(corpus, 'cli'),
  );
  const owned = names.flatMap((name): Owners[] => {
    const parts = name.split('.');
    const modules = parts.length < 3 ? [] : modulesOf(corpus, byBase, parts);
    if (modules.length > 0) return [{ files: modules, least: 0.5, name }];
    const files = sourcesNamed(corpus, (parts.at(-2) ?? '').toLowerCase());
    return files.length === 1 ? [{ files, least: 0.5, name }] : [];
  });
  return commands.length === 1
    ? [...owned, { files: commands, least: 0.5, name: 'the command' }]
    : owned;
}

/** `flask.json.jsonify`: `flask/json.py`, or `flask/json/__init__.py`. */
function modulesOf(
  { index }: Corpus,
  byBase: ReadonlyMap<string, readonly number[]>,
  parts: readonly string[],
): number[] {
  const folder = parts.slice(0, -1).join('/');
  const last = (parts.at(-2) ?? '').toLowerCase();
  const candidates = [...(byBase.get(`${last}.py`) ?? []), ...(byBase.get('__init__.py') ?? [])];
  return candidates.filter((at) => {
    const path = `/${index.files[at]?.path ?? ''}`;
    return path.endsWith(`/${folder}.py`) || path.endsWith(`/${folder}/__init__.py`);
  });
}

/** The one source that defines a name of the text, and where types are asked for, the declarations that do. */
function addDefiners(corpus: Corpus, text: string, add: Add): void {
  const { definers, index, kinds } = corpus;
  for (const name of namesIn(text.slice(0, 20_000))) {
    const all = definers.get(plainName(name)) ?? [];
    const isDeclared = (at: number): boolean => declaration.test(index.files[at]?.path ?? '');
    const sources = all.filter(
      (at) => !isDeclared(at) && !kinds[at]?.isTest && !kinds[at]?.isFixture,
    );
    if (sources.length === 1) add(sources[0], 0.4, `defines ${name}`);
    const declared = all.filter((at) => isDeclared(at) && !kinds[at]?.isTest);
    if (types.test(text) && declared.length <= 2)
      for (const at of declared) add(at, 0.5, `declares ${name}`);
  }
}

/** Names in back-quotes that only code has: in camel case or with an underscore. */
function namesIn(text: string): string[] {
  const found = [...text.matchAll(quotedName)].map(([, name = '']) => name);
  return [...new Set(found)].filter((name) => /[a-z][A-Z]|_/u.test(name)).slice(0, 40);
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

function sourcesNamed({ byStem, kinds, index }: Corpus, stem: string): number[] {
  return (byStem.get(stem) ?? []).filter((at) => {
    const kind = kinds[at];
    const isDeclaration = declaration.test(index.files[at]?.path ?? '');
    return (
      kind !== undefined &&
      !isDeclaration &&
      !kind.isTest &&
      !kind.isDocument &&
      !kind.isConfiguration &&
      !kind.isFixture
    );
  });
}

/** The sources where a code of the text stands, or a name that nobody defines, when these are few. */
function emittersOf({ words, kinds, definers, index }: Corpus, text: string): number[] {
  const said = text.slice(0, 20_000);
  const places = new Set([...said.matchAll(placesOf)].map(([, name = '']) => name));
  const names = new Set([
    ...[...said.matchAll(code)].map(([, name = '']) => name),
    ...places,
    ...namesIn(said).filter((name) => !definers.has(plainName(name))),
  ]);
  return [...names].slice(0, 10).flatMap((name) => {
    const term = wordStem(name.toLowerCase().replaceAll('_', ''));
    const files = term === null ? [] : words.having(term);
    const sources = [...files].filter((at) => {
      const kind = kinds[at];
      return (
        kind !== undefined &&
        !kind.isTest &&
        !kind.isDocument &&
        !kind.isFixture &&
        !declaration.test(index.files[at]?.path ?? '')
      );
    });
    return sources.length > (places.has(name) ? mostPlaces : mostMentions) ? [] : sources;
  });
}

function sourcesOf(
  { kinds }: Corpus,
  known: readonly Ranked[],
  found: ReadonlyMap<number, Mention>,
): number[] {
  const believed = [...found].map(([file, { least }]) => ({ file, probability: least }));
  const best = new Map(
    [...known.slice(0, 20), ...believed].map(({ file, probability }) => [file, probability]),
  );
  return [...best]
    .filter(([file, probability]) => {
      const kind = kinds[file];
      return (
        probability >= likelySource &&
        kind !== undefined &&
        !kind.isTest &&
        !kind.isDocument &&
        !kind.isConfiguration
      );
    })
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, mostSources)
    .map(([file]) => file);
}

/** A source's tests, types and documents, where the text asks for such. */
function addNearby(
  corpus: Corpus,
  {
    file,
    text,
    add,
  }: {
    readonly file: number;
    readonly text: string;
    readonly add: Add;
  },
): void {
  const { kinds, byStem, index, definers } = corpus;
  const path = index.files[file]?.path ?? '';
  const stem = kinds[file]?.stem ?? '';
  const alike = byStem.get(stem) ?? [];
  if (tests.test(text)) {
    const own = alike.filter((at) => kinds[at]?.isTest === true);
    if (own.length <= 2) for (const at of own) add(at, 0.4, `tests ${path}`);
  }
  if (types.test(text)) {
    const defined = (index.files[file]?.defines ?? [])
      .filter((name) => text.includes(name))
      .flatMap((name) => definers.get(name.toLowerCase().replaceAll('_', '')) ?? []);
    for (const at of [...alike, ...defined])
      if (/\.d\.[cm]?ts$/u.test(index.files[at]?.path ?? '')) add(at, 0.5, `the types of ${path}`);
  }
  if (documents.test(text)) add(documentOf(corpus, stem), 0.4, `the docs of ${path}`);
}

/** The one document of a stem. */
function documentOf({ byStem, kinds }: Corpus, stem: string): number | undefined {
  const found = (byStem.get(stem) ?? []).filter(
    (at) => kinds[at]?.isDocument === true && !kinds[at].isTest,
  );
  return found.length === 1 ? found[0] : undefined;
}
