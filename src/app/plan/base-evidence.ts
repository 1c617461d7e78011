import type { Git } from '../../git/git.ts';
import { readFileAt } from '../../git/objects.ts';
import { listFiles } from '../../git/trees.ts';
import type { Check, ReadBase } from '../../verification/check.ts';
import { detectChecks } from '../../verification/detect-checks.ts';
import { detectSetup } from '../../verification/detect-setup.ts';
import { givenChecks } from '../../verification/given-checks.ts';
import type { Settings } from '../settings/settings.ts';

/** What the base commit says about the project. */
export type BaseEvidence = {
  readonly files: ReadonlySet<string>;
  readonly checks: readonly Check[];
  readonly setup: string | null;
  /** The manifest that the setup was guessed from; null where it is given, or comes from a lock file. */
  readonly setupGuessedFrom: string | null;
  /** The project's instructions to agents in `CLAUDE.md` or `AGENTS.md`; empty when it says nothing. */
  readonly instructions: string;
};

/** Reads the base's files, and what of its checks and setup was not given by hand. */
export async function readBaseEvidence(
  git: Git,
  sha: string,
  settings: Pick<Settings, 'checks' | 'setup'>,
): Promise<BaseEvidence> {
  const files = new Set(await listFiles(git, sha));
  const readBase: ReadBase = async (path) => {
    if (!files.has(path)) return null;
    return readFileAt(git, sha, path);
  };
  const detected = settings.setup === null ? await detectSetup(readBase, files) : null;
  const checks =
    settings.checks === null
      ? await detectChecks(readBase, files, detected)
      : await givenChecks(settings.checks, readBase);
  return {
    ...{ files, checks, instructions: await readInstructions(readBase) },
    setup: settings.setup ?? detected?.command ?? null,
    setupGuessedFrom: detected?.guessedFrom ?? null,
  };
}

/** A prompt has room for so much of it. */
const mostInstructions = 20_000;

/**
 * The project's instructions to agents, as the base has them. An agent program that would read the file itself must not see the
 * project's settings, so that none of their hooks runs unasked, and so it does not see this file either.
 */
async function readInstructions(readBase: ReadBase): Promise<string> {
  for (const path of ['CLAUDE.md', '.claude/CLAUDE.md', 'AGENTS.md']) {
    const text = await readBase(path);
    if (text !== null) return text.trim().slice(0, mostInstructions);
  }
  return '';
}
