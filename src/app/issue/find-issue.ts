import { findMasterIssue, masterKey } from '../../forge/local/local-forge.ts';
import { openRecords } from '../../forge/local/records.ts';
import type { IssueRef } from '../../model/issue/issue.ts';
import type { AppContext } from '../user-interface.ts';
import type { Place } from '../place/find-place.ts';
import { readIssueArgument } from './issue-argument.ts';
import { readIssueFile, readKnownIssue, type IssueText } from './load-issue.ts';

export type IssueParams = {
  readonly argument: string;
  readonly place: Place;
  readonly context: Pick<AppContext, 'directory'>;
};

export type FoundIssue = { readonly ref: IssueRef; readonly text: IssueText };

/** Finds an issue of the local forge without writing anything: its text, and the number that it has or would get. */
export async function findIssue(params: IssueParams): Promise<FoundIssue> {
  const { place, argument, context } = params;
  // Reading needs no lock: a file appears in its folder whole.
  const records = openRecords(place.state.forge, (work) => work());
  const wanted = readIssueArgument(argument);
  if (wanted.kind !== 'file') {
    const known = await findMasterIssue(records, wanted.number);
    const text = await readKnownIssue(known, wanted.number);
    return { ref: { forge: 'local', number: wanted.number }, text };
  }
  const text = await readIssueFile(wanted.path, context.directory);
  const number = await records.foresee('issue', masterKey(text.source));
  return { ref: { forge: 'local', number }, text };
}
