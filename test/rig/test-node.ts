import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The oldest Node that the program runs on; `bin/flotilla.js` says so, too. */
const version = '22.13.0';

/** A program that tests run for real and that is no dependency: where it lies once it is installed, and what it is. */
export type TestProgram = {
  /** Its name below `node_modules/.bin`. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Outside every checkout, so that all of them share it. */
  readonly directory: string;
  readonly program: string;
  /** A script of the package without which its program is an empty shell; null when it needs none. */
  readonly afterInstall: string | null;
};

/** The oldest Node that the program runs on, as the tests want it, whether or not it is installed. */
export function testNode(env: NodeJS.ProcessEnv = process.env): TestProgram {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const directory = join(cache, 'flotilla-test-agents', `node-${version}`);
  const program = join(directory, 'node_modules', '.bin', 'node');
  const name = `node-${process.platform}-${process.arch}`;
  return { name: 'node', package: name, version, directory, program, afterInstall: null };
}

/** The path of that Node; null where `npm run test:agents:install` was not run. */
export function findTestNode(): string | null {
  const { program } = testNode();
  return existsSync(program) ? program : null;
}

/** The title of its tests: it says so where they are skipped. */
export function testNodeTitle(): string {
  const missing = ' (skipped: it is not here; get it with `npm run test:agents:install`)';
  return `Node ${version}${findTestNode() === null ? missing : ''}`;
}
