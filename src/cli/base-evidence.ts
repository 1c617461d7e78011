import { records, type Git } from '../git/git.ts';
import type { Check, ReadBase } from '../verification/check.ts';
import { detectChecks, givenChecks } from '../verification/detect-checks.ts';
import { detectSetup } from '../verification/detect-setup.ts';
import type { Settings } from './settings.ts';

/** What the base commit tells about the project. */
export type BaseEvidence = {
  readonly files: ReadonlySet<string>;
  readonly checks: readonly Check[];
  readonly setup: string | null;
};

/** Reads the base's files, and what of its checks and setup was not given by hand. */
export async function readBaseEvidence(
  git: Git,
  sha: string,
  settings: Settings,
): Promise<BaseEvidence> {
  const files = new Set(records(await git.run(['ls-tree', '-r', '-z', '--name-only', sha])));
  const readBase: ReadBase = async (path) => {
    if (!files.has(path)) return null;
    return git.run(['show', `${sha}:${path}`]);
  };
  const checks =
    settings.checks === null ? await detectChecks(readBase, files) : givenChecks(settings.checks);
  return { files, checks, setup: settings.setup ?? detectSetup(files) };
}
