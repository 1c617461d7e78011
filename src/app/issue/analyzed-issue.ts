import { findMasterIssue } from '../../forge/local/local-forge.ts';
import { openRecords } from '../../forge/local/records.ts';
import type { MasterIssue } from '../../model/issue/issue.ts';
import type { AppContext } from '../user-interface.ts';
import { findPlace } from '../place/find-place.ts';
import { readIssueArgument } from './issue-argument.ts';
import { parseIssueText, readIssueFile, readKnownIssue } from './load-issue.ts';

/** Reads an issue to analyse: a file, or one of the local forge by its number. */
export async function readAnalyzedIssue(
  argument: string,
  context: Pick<AppContext, 'directory' | 'env'>,
): Promise<MasterIssue> {
  const wanted = readIssueArgument(argument);
  if (wanted.kind === 'file')
    return parseIssueText(await readIssueFile(wanted.path, context.directory));
  const { state } = await findPlace(context.directory, context.env);
  const records = openRecords(state.forge, (work) => work());
  const known = await findMasterIssue(records, wanted.number);
  return parseIssueText(await readKnownIssue(known, wanted.number));
}
