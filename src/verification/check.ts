/** A command that must pass before a task's pull request is opened. */
export type Check = {
  /** `test`, or the command itself when it was given by hand. */
  readonly name: string;
  /** A shell command of the user's or of the base's project files; never from issue text. */
  readonly command: string;
  /** The project file at the base that defines what the command does; null when a branch cannot change it. */
  readonly definition: CheckDefinition | null;
};

export type CheckDefinition = {
  readonly file: string;
  /** The part of the file that matters: a change elsewhere in it changes no check. */
  readonly text: string;
  /** Runs what the base's definition says, for a branch that changed it. Null where that cannot be done. */
  readonly baseCommand: string | null;
};

/** Reads a file of the base commit; null when it is not there. */
export type ReadBase = (path: string) => Promise<string | null>;

/** The `test` script of a manifest; null without one, or with npm's placeholder. */
export function testScript(manifest: string | null): string | null {
  if (manifest === null) return null;
  try {
    const parsed = JSON.parse(manifest) as { scripts?: Record<string, unknown> };
    const script = parsed.scripts?.['test'];
    if (typeof script !== 'string' || script.includes('no test specified')) return null;
    return script;
  } catch {
    return null;
  }
}

/**
 * How a check is run on a branch: by the base's definition, also where the branch changed it; and what to tell the
 * reviewer then.
 */
export async function checkOnBranch(
  check: Check,
  readBranch: ReadBase,
): Promise<{ readonly command: string; readonly note: string | null }> {
  const { definition } = check;
  if (definition === null) return { command: check.command, note: null };
  const text = await readBranch(definition.file);
  const now = definition.file === 'package.json' ? testScript(text) : text;
  if (now === definition.text) return { command: check.command, note: null };
  const what = `This branch changes what \`${check.command}\` does (in \`${definition.file}\`).`;
  if (definition.baseCommand === null)
    return { command: check.command, note: `${what} The branch's own version was run.` };
  return {
    command: definition.baseCommand,
    note: `${what} It was verified with the base's version.`,
  };
}
