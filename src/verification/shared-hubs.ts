import { hubKind, isListOfExports } from '../model/plan/hub-file.ts';
import type { ChangedFile } from '../model/event/task-event.ts';
import type { ReadBase } from './check.ts';
import { codeInNote } from './code-in-note.ts';
import type { Trespass } from './scope.ts';

/** What is made of files that only another task declared. */
export type JudgedTrespasses = {
  /** Those that belong to no task alone: they merge by a rule, or are reconciled by the train. */
  readonly shared: readonly (Trespass & { readonly kind: string })[];
  readonly rest: readonly Trespass[];
};

/** What a change brings with it, no matter who else was asked to write there. */
const readme = /(?:^|\/)README(?:\.\w+)?$/iu;

/**
 * Distinguishes hub files from others: a lock file is made again by its tool, changelogs and lists of exports keep the lines of
 * both sides, a manifest is what every new dependency goes through, and a README has a line about each change that its users
 * see. A deleted or renamed one does not count.
 */
export async function judgeTrespasses(params: {
  readonly trespasses: readonly Trespass[];
  readonly files: readonly ChangedFile[];
  /** Reads a file of the commit that the branch started from. */
  readonly readBase: ReadBase;
}): Promise<JudgedTrespasses> {
  const shared: (Trespass & { readonly kind: string })[] = [];
  const rest: Trespass[] = [];
  for (const trespass of params.trespasses) {
    const kind = await sharedKind(trespass, params);
    if (kind === null) rest.push(trespass);
    else shared.push({ ...trespass, kind });
  }
  return { shared, rest };
}

async function sharedKind(
  { path }: Trespass,
  { files, readBase }: Parameters<typeof judgeTrespasses>[0],
): Promise<string | null> {
  const change = files.find((file) => file.path === path)?.change;
  if (change !== 'added' && change !== 'modified') return null;
  if (readme.test(path)) return 'a README';
  const kind = hubKind(path);
  // A file called a registry is code like any other.
  if (kind === null || kind === 'a registry') return null;
  if (kind !== 'a barrel') return kind;
  const text = await readBase(path);
  return text === null || isListOfExports(text) ? kind : null;
}

/** For reviewers: which hub files of other tasks a branch changes. */
export function describeSharedHubs({ shared }: JudgedTrespasses): string[] {
  return shared.map(
    ({ path, kind, declaredBy }) =>
      `It changes ${codeInNote(path)}, ${kind} that task ${declaredBy} names: both changes meet when they are merged.`,
  );
}
