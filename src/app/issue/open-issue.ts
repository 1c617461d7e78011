import type { Holds } from '../../coordination/holds.ts';
import type { Forge } from '../../forge/forge.ts';
import { ensureContents } from '../../git/partial-clone.ts';
import { findBase } from '../../git/user-repository.ts';
import { digestIssue } from '../../intake/digest-issue.ts';
import type { Journal } from '../../journal/journal.ts';
import type { IssueRef, MasterIssue } from '../../model/issue/issue.ts';
import type { IssueDigest, ReadIssue } from '../../model/issue/issue-digest.ts';
import type { Finding } from '../../model/plan/plan.ts';
import { branchFolder } from '../../model/names.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { UserError } from '../../model/user-error.ts';
import type { GitHubTarget } from './choose-forge.ts';
import type { AppContext } from '../user-interface.ts';
import type { Place } from '../place/find-place.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';
import type { Settings } from '../settings/settings.ts';
import type { StartRequest } from '../github/start-request.ts';
import type { IssueArgument } from './issue-argument.ts';
import { issueReader } from './issue-words.ts';
import { parseIssueText, readIssueFile, readKnownIssue, type IssueText } from './load-issue.ts';
import { subIssueTask } from './sub-issue.ts';
import { openPlaceForge } from '../place/open-place-forge.ts';

/** A master issue, read, with the forge that its run works on. */
export type OpenedIssue = {
  readonly ref: IssueRef;
  readonly text: IssueText;
  readonly master: MasterIssue;
  readonly digest: IssueDigest;
  /** What the issue asks for by now; null when it cannot be read. */
  readonly readIssue: ReadIssue;
  /** The one task that is meant, when the argument was a sub-issue. */
  readonly ordinal: number | null;
  readonly forge: Forge;
  /** The branch that work starts from, and where the user's own stands. */
  readonly base: { readonly branch: string; readonly sha: string };
  /** What was found while the issue was read. */
  readonly findings: readonly Finding[];
};

/** Where `orchestrate` works, and with what. */
export type Opening = {
  readonly self: ProcessIdentity;
  readonly place: Place;
  readonly settings: Settings;
  readonly options: OrchestrateOptions;
  readonly context: AppContext;
  readonly holds: Holds;
  readonly journal: Journal;
  readonly request: StartRequest | null;
};

/** Opens an issue of the local forge, or of GitHub where there is a target. Throws a `UserError` when it cannot be had. */
export function openIssue(
  wanted: IssueArgument,
  target: GitHubTarget | null,
  opening: Opening,
): Promise<OpenedIssue> {
  return target === null
    ? openLocalIssue(wanted, opening)
    : openGitHubIssue(wanted, target, opening);
}

async function openLocalIssue(wanted: IssueArgument, opening: Opening): Promise<OpenedIssue> {
  const { place, settings, holds, journal, context } = opening;
  const base = await findBase(place.repository, settings.base);
  requireFreeBranchFolder(base.branch);
  await ensureContents({ git: place.repository.git, commit: base.sha, env: context.env });
  const forge = await openPlaceForge(place, { branch: base.branch, holds });
  const task = subIssueTask(journal, wanted, null);
  const text =
    wanted.kind === 'file'
      ? await readIssueFile(wanted.path, context.directory)
      : await readKnownIssue(
          await forge.findMasterIssue(task?.master.number ?? wanted.number),
          wanted.number,
        );
  const master = parseIssueText(text);
  const ref = {
    forge: 'local',
    number: await forge.ensureMasterIssue({
      source: text.source,
      title: master.title,
      body: text.markdown,
    }),
  } as const;
  return {
    ...{ ref, text, master, forge, base, ordinal: task?.ordinal ?? null, findings: [] },
    digest: digestIssue(master),
    readIssue: issueReader(text.source),
  };
}

async function openGitHubIssue(
  wanted: IssueArgument,
  target: GitHubTarget,
  opening: Opening,
): Promise<OpenedIssue> {
  const { journal, context } = opening;
  const task = subIssueTask(journal, wanted, target);
  const { openGitHub } = await import('../github/open-github.ts');
  const { branch, ...opened } = await openGitHub({
    ...opening,
    target,
    number: task?.master.number ?? target.number,
    env: context.env,
    claiming: { isTakenOver: opening.options.takeOver ?? false },
    note: (text) => context.user.warn(text),
  });
  requireFreeBranchFolder(branch);
  return { ...opened, ordinal: task?.ordinal ?? null, base: { branch, sha: '' } };
}

/** Throws a `UserError` when git has no place for the branches of tasks next to the base, before a clone is made of it. */
function requireFreeBranchFolder(branch: string): void {
  if (branch === branchFolder) throw new UserError({ code: 'base-in-the-way', branch });
}
