import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import type { ChangedSettings } from '../../model/options/run-settings.ts';
import { carriedOptions } from '../../model/options/run-settings.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { readIssueArgument } from '../issue/issue-argument.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';
import { findTaskOfSubIssue, runsNamed, type Place } from './find-place.ts';

/**
 * The options of a start, and where they say nothing else, what was changed of the issue's run while it went on
 * (`flotilla set`).
 */
export async function withKeptChanges(
  place: Place,
  argument: string,
  options: OrchestrateOptions,
): Promise<OrchestrateOptions> {
  const changes: Readonly<Record<string, unknown>> = await keptChanges(place, argument);
  const given: Readonly<Record<string, unknown>> = options;
  const kept = carriedOptions
    .filter(({ name, key }) => changes[key] !== undefined && given[name] === undefined)
    .map(({ name, key }) => [name, changes[key]] as const);
  return { ...options, ...Object.fromEntries(kept) };
}

async function keptChanges(place: Place, argument: string): Promise<ChangedSettings> {
  const journal = openExistingJournal(place.state.journal, () => new Date());
  if (journal === null) return {};
  try {
    const named = await runsNamed(journal.runs(), place.directory, argument);
    const task = named.length > 0 ? null : findTaskOfSubIssue(journal, readIssueArgument(argument));
    const runs =
      task === null
        ? named
        : await runsNamed(journal.runs(), place.directory, displayIssue(task.master));
    // What is damaged in it is for the start itself to report.
    const state = runs[0] === undefined ? null : foldRun(journal.readSound(runs[0].run).events);
    return state?.changedSettings ?? {};
  } finally {
    journal.close();
  }
}
