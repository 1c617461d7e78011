import { posix } from 'node:path';

/** What a file is for, by its path alone. */
export type FileKind = {
  readonly isTest: boolean;
  readonly isDocument: boolean;
  readonly isConfiguration: boolean;
  /** Sample input of tests, and examples: many, alike, and named by the same words. */
  readonly isFixture: boolean;
  /** The name that a source and its tests share. */
  readonly stem: string;
  readonly depth: number;
  /** Its path in lower case, and the parts of that, the name without its ending. */
  readonly lower: string;
  readonly segments: readonly string[];
  /** Its name in lower case, with its ending. */
  readonly name: string;
  /** The folder it lies in, and the first two parts of its path. */
  readonly folder: string;
  readonly package: string;
};

const testFolder = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|testing|testdata)\//iu;
const testName =
  /(?:[._-](?:test|spec|tests|e2e)\.)|^test_|_test\.|_spec\.|Tests?\.(?:java|cs|php|kt)$/u;
const fixtureFolder =
  /(?:^|\/)(?:fixtures?|__snapshots__|snapshots|examples?|samples?|playground|testdata|mocks|__mocks__)\//iu;
const documentName = /\.(?:mdx?|rst|adoc|txt)$|(?:^|\/)docs?\//iu;
const configurationName =
  /(?:^|\/)\.|\.(?:json5?|ya?ml|toml|ini|cfg|lock|gradle)$|config\.[cm]?[jt]s$|(?:^|\/)(?:Makefile|Dockerfile)$/u;

/** Whether a file is sample input of tests, or an example. */
export function isFixture(path: string): boolean {
  return fixtureFolder.test(path);
}

/** Classes a path. */
export function fileKind(path: string): FileKind {
  const name = posix.basename(path);
  const lower = path.toLowerCase();
  const isTest = testFolder.test(path) || testName.test(name);
  return {
    isTest,
    isFixture: isFixture(path),
    isDocument: documentName.test(path),
    isConfiguration: configurationName.test(path),
    stem: stemOf(path),
    depth: path.split('/').length - 1,
    lower,
    name: name.toLowerCase(),
    folder: posix.dirname(path),
    package: path.split('/').slice(0, 2).join('/'),
    segments: lower.replaceAll(/\.\w+(?=\/|$)/gu, '').split('/'),
  };
}

/** `src/cart.ts`, `test/cart.test.ts`, `tests/test_cart.py` and `CartTest.java` are all `cart`; an index is its folder. */
function stemOf(path: string): string {
  const name = posix.basename(path).replace(/(?:\.d)?\.\w+$/u, '');
  const bare = name
    .replace(/[._-](?:test|spec|tests|e2e)$/iu, '')
    .replace(/^test[_-]/iu, '')
    .replace(/Tests?$/u, '')
    .toLowerCase();
  const isIndex = /^(?:index|mod|main|__init__|lib)$/u.test(bare);
  return isIndex ? posix.basename(posix.dirname(path)).toLowerCase() : bare;
}
