import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { openHolds, type Holds } from '../../coordination/holds.ts';
import { openUserRepository, type UserRepository } from '../../git/user-repository.ts';
import type { Journal, RunEntry } from '../../journal/journal.ts';
import { openExistingJournal, openJournal } from '../../journal/sqlite-journal.ts';
import { displayIssue, type IssueRef } from '../../model/issue/issue.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { UserError, type JournalDamage } from '../../model/user-error.ts';
import {
  stateDirectory,
  stateHome,
  type StateDirectory,
} from '../../workspace/state/state-directory.ts';
import { readIssueArgument, refersTo, type IssueArgument } from '../issue/issue-argument.ts';
import { didYouMean } from './did-you-mean.ts';
import { requireOwnRuntime } from './own-folders.ts';

/** The user's repository and where Flotilla keeps what belongs to it. */
export type Place = {
  /** The user's current directory: the paths they give start there. */
  readonly directory: string;
  readonly repository: UserRepository;
  readonly state: StateDirectory;
  readonly stateHome: string;
};

/** Finds the repository around the current directory. Writes nothing. */
export async function findPlace(directory: string, env: NodeJS.ProcessEnv): Promise<Place> {
  const repository = await openUserRepository(directory, env);
  const home = stateHome(env, homedir());
  return {
    directory,
    repository,
    stateHome: home,
    state: stateDirectory(home, repository.gitDirectory),
  };
}

/** The same for a command that writes runtime files: throws when their folders lead out of the repository. */
export async function findWritablePlace(directory: string, env: NodeJS.ProcessEnv): Promise<Place> {
  const place = await findPlace(directory, env);
  await requireOwnRuntime(place.repository.root);
  return place;
}

/** Opens the holds that all of this user's Flotilla processes share. */
export function openUserHolds(place: Place, self: ProcessIdentity): Holds {
  return openHolds(join(place.stateHome, 'holds.sqlite'), self);
}

/** Opens the journal for writing. */
export function openPlaceJournal(place: Place): Journal {
  return openJournal(place.state.journal, () => new Date());
}

/** A run as a reading command sees it. */
export type FoundRun = { readonly journal: Journal; readonly state: RunState };

/** A run as far as its journal can be read. */
export type SoundRun = FoundRun & {
  readonly events: readonly JournalEvent[];
  /** What is wrong with its next event; without a named issue, also with the beginnings of other runs. */
  readonly damages: readonly JournalDamage[];
};

/** Finds the newest run of an issue, or of all when none is named. Throws a `UserError` when there is none. */
export async function findRun(place: Place, issue: string | undefined): Promise<FoundRun> {
  const found = await findSoundRun(place, issue);
  const damage = found.damages.find(({ run }) => run === found.state.run || run === null);
  if (damage === undefined) return found;
  found.journal.close();
  throw new UserError({ code: 'journal-damaged', ...damage });
}

/** The same for looking at it, as far as it can be read. */
export async function findSoundRun(place: Place, issue: string | undefined): Promise<SoundRun> {
  const journal = openExistingJournal(place.state.journal, () => new Date());
  if (journal === null) throw new UserError({ code: 'run-unknown', issue: null });
  const run = await newestRun(journal, place.directory, issue);
  const losses = journal.losses();
  const { events, damage } = run === null ? nothing : journal.readSound(run);
  const state = foldRun(events);
  if (state !== null) {
    const others = losses.filter((loss) => issue === undefined || loss.run === null);
    return { journal, state, events, damages: [...(damage === null ? [] : [damage]), ...others] };
  }
  const task = issue === undefined ? null : findTaskOfSubIssue(journal, readIssueArgument(issue));
  const meant = task === null ? meantRuns(journal, place.directory, issue) : [];
  journal.close();
  // It may be one of those.
  const [lost = damage] = losses;
  if (task === null && lost !== null) throw new UserError({ code: 'journal-damaged', ...lost });
  if (task === null) throw new UserError({ code: 'run-unknown', issue: issue ?? null, meant });
  const { master, ordinal } = task;
  throw new UserError({
    ...{ code: 'is-sub-issue', issue: issue ?? '' },
    ...{ master: displayIssue(master), ordinal },
  });
}

/** Asks whether an issue that was run, named as it would be typed here, was meant. */
function meantRuns(
  journal: Journal,
  directory: string,
  issue: string | undefined,
): readonly string[] {
  if (issue === undefined || readIssueArgument(issue).kind !== 'file') return [];
  const names = journal
    .runs()
    .flatMap(({ source, run }) => [
      ...(source.startsWith('/') ? [relative(directory, source)] : []),
      run,
    ]);
  return didYouMean(issue.replace(/^\.\//u, ''), names);
}

const nothing = { events: [], damage: null };

async function newestRun(
  journal: Journal,
  directory: string,
  issue: string | undefined,
): Promise<string | null> {
  return (await runsNamed(journal.runs(), directory, issue))[0]?.run ?? null;
}

/** The runs of an issue among some, or all of them where none is named. */
export async function runsNamed(
  runs: readonly RunEntry[],
  directory: string,
  issue: string | undefined,
): Promise<readonly RunEntry[]> {
  if (issue === undefined) return runs;
  const argument = readIssueArgument(issue);
  const isMeant = (ref: IssueRef, title: string): boolean =>
    refersTo(argument, ref) || (argument.kind === 'file' && title === issue);
  const named = runs.filter((entry) => entry.run === issue || isMeant(entry.issue, entry.title));
  if (named.length > 0 || argument.kind !== 'file') return named;
  const wanted = resolve(directory, argument.path);
  // A file that was deleted since its run is still found by the path that it had.
  const source = await realpath(wanted).catch(() => wanted);
  return runs.filter((entry) => entry.source === source);
}

/** The task whose sub-issue is meant, and its master issue; null when there is none. */
export function findTaskOfSubIssue(
  journal: Journal,
  argument: IssueArgument,
): { readonly master: IssueRef; readonly ordinal: number } | null {
  if (argument.kind === 'file') return null;
  for (const { run, issue } of journal.runs()) {
    const task = foldRun(journal.readSound(run).events)?.tasks.find(
      ({ issueNumber }) =>
        issueNumber !== null && refersTo(argument, { ...issue, number: issueNumber }),
    );
    if (task !== undefined) return { master: issue, ordinal: task.ordinal };
  }
  return null;
}
