import { codeInNote, codesInNote } from './code-in-note.ts';
import { calledScripts, readScripts, withHooks, type Scripts } from './manifest-scripts.ts';

/** A command that must pass before a task's pull request is opened. */
export type Check = {
  /** `test`, or the command itself when it was given by hand. */
  readonly name: string;
  /** A shell command of the user's or of the base's project files; never from issue text. */
  readonly command: string;
  /** What defines the command's effect on the base; null when no project file is known to. */
  readonly definition: CheckDefinition | null;
};

export type CheckDefinition =
  | {
      readonly kind: 'file';
      readonly file: string;
      /** The whole file at the base; null when it has none. */
      readonly text: string | null;
    }
  | {
      readonly kind: 'scripts';
      readonly file: 'package.json';
      /** All scripts of the base. */
      readonly scripts: Scripts;
      /** The names of those that the command runs itself. */
      readonly roots: readonly string[];
      /** Runs what the base's scripts say, for a branch that changed them. Null where that cannot be done. */
      readonly baseCommand: string | null;
    };

/** Reads a file of the base commit; null when it is not there. */
export type ReadBase = (path: string) => Promise<string | null>;

/** How to run a check on a branch, and what the reviewer should know about it. */
export type CheckOnBranch = { readonly command: string; readonly note: string | null };

/**
 * How a check is run on a branch: by the base's definition, also where the branch changed it; and what the
 * reviewer should know then.
 */
export async function checkOnBranch(check: Check, readBranch: ReadBase): Promise<CheckOnBranch> {
  const { command, definition } = check;
  if (definition === null) return { command, note: null };
  const text = await readBranch(definition.file);
  if (definition.kind === 'scripts') return scriptsOnBranch(command, definition, readScripts(text));
  if (text === definition.text) return { command, note: null };
  const what = `This branch changes what ${codeInNote(command)} does (in ${codeInNote(definition.file)}).`;
  return { command, note: `${what} The branch's own version was run.` };
}

function scriptsOnBranch(
  command: string,
  { scripts, roots, baseCommand }: Extract<CheckDefinition, { kind: 'scripts' }>,
  now: Scripts,
): CheckOnBranch {
  const isChanged = (name: string): boolean => scripts.get(name) !== now.get(name);
  const direct = roots.flatMap(withHooks).filter(isChanged);
  const called = [...calledScripts(scripts, roots)]
    .filter(isChanged)
    .filter((name) => !direct.includes(name));
  if (direct.length + called.length === 0) return { command, note: null };
  const names = codesInNote([...direct, ...called]);
  const what = `This branch changes what ${codeInNote(command)} does (${names} in \`package.json\`).`;
  if (direct.length === 0 || baseCommand === null)
    return { command, note: `${what} The branch's own version was run.` };
  // What the base's script starts by name, npm looks up in the manifest of the branch.
  const except = called.length === 0 ? '' : `, but with the branch's own ${codesInNote(called)}`;
  return {
    command: baseCommand,
    note: `${what} It was verified with the base's version${except}.`,
  };
}
