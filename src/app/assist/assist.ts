import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readRegularFile } from '../../files/read-regular-file.ts';
import { ensureBareClone, fetchRef } from '../../git/bare-clone.ts';
import { findBase } from '../../git/user-repository.ts';
import { parseIssue } from '../../intake/parse-issue.ts';
import { visibleText } from '../../intake/markdown/visible-text.ts';
import { UserError } from '../../model/user-error.ts';
import { assistPrompt, proposalFile } from '../../attempts/prompt/assist-prompt.ts';
import { identifySelf } from '../../process/identity.ts';
import { plainBlock } from '../../model/text/plain-text.ts';
import { openConfinement } from '../../workspace/sandbox/confinement.ts';
import { workspacesOf } from '../../workspace/workspaces.ts';
import { runHelper, type HelperOrder } from './assist-agent.ts';
import { locateMember } from '../run/build-fleet.ts';
import { chooseSandbox } from '../run/carry-out.ts';
import type { GitHubTarget } from '../github/choose-forge.ts';
import type { CommandContext } from '../../cli/command-context.ts';
import { findIssue } from '../issue/find-issue.ts';
import type { IssueText } from '../issue/load-issue.ts';
import { openUserHolds, type Place } from '../place/open-repository.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';
import type { Settings } from '../settings/settings.ts';
import type { StartRequest } from '../github/start-request.ts';

export type AssistOrder = {
  readonly argument: string;
  readonly settings: Settings;
  readonly place: Place;
  readonly context: CommandContext;
  /** Not null: the issue is on GitHub. */
  readonly target: GitHubTarget | null;
  readonly request: StartRequest | null;
  readonly options: OrchestrateOptions;
};

/**
 * `flotilla orchestrate <issue> --assist`: lets the agent propose sub-tasks, and prints its proposal as an issue. It
 * works in a checkout that is thrown away; nothing is applied, and no run begins.
 */
export async function assist(order: AssistOrder): Promise<number> {
  const { place, settings, context } = order;
  const text = await readText(order);
  const issue = readableText(text);
  requireTasks(issue, order.options.tasks ?? []);
  const prompt = assistPrompt(issue, order.options.tasks ?? null);
  const base = await findBase(place.repository, settings.base);
  const located = await locateMember(settings.agent, settings, context.env);
  const sandbox = await chooseSandbox(settings, context.env);
  const holds = openUserHolds(place, await identifySelf());
  try {
    const proposal = await propose({ ...order, ...located, ...base, sandbox, holds, prompt });
    if (!parseIssue(proposal).ok)
      throw new UserError({ code: 'no-proposal', why: 'what it left holds no sub-tasks' });
    context.stdout.write(`${plainBlock(proposal)}\n`);
    context.stderr.write(
      'This is a proposal, and nothing was changed. Save it to a file, fix it, and look at its plan: flotilla orchestrate FILE --dry-run\n',
    );
    return 0;
  } finally {
    holds.close();
  }
}

async function readText({ target, options, ...order }: AssistOrder): Promise<IssueText> {
  if (target === null) return (await findIssue(order)).text;
  const { env, stderr } = order.context;
  const { readAssistText } = await import('./assist-github.ts');
  const note = (text: string): void => void stderr.write(`${text}\n`);
  return readAssistText({ ...order, target, env, note, isAgreed: options.yes ?? false });
}

function readableText({ markdown, source }: IssueText): string {
  const visible = visibleText(markdown);
  if (visible.ok) return visible.value;
  throw new UserError({ ...visible.error, source });
}

/** Throws a `UserError` when the issue does not have a task that should be split. */
function requireTasks(issue: string, wanted: readonly number[]): void {
  if (wanted.length === 0) return;
  const parsed = parseIssue(issue);
  const known = parsed.ok ? parsed.value.tasks.map(({ ordinal }) => ordinal) : [];
  const ordinals = wanted.filter((ordinal) => !known.includes(ordinal));
  if (ordinals.length > 0) throw new UserError({ code: 'no-such-task', ordinals, known });
}

type ProposalOrder = HelperOrder & { readonly branch: string; readonly sha: string };

/** Makes the checkout, lets the agent work in it, takes what it left, and throws the checkout away. */
async function propose(order: ProposalOrder): Promise<string> {
  const { place, holds, branch, sha } = order;
  const { repository, state } = place;
  const name = `assist-${process.pid}`;
  const clone = await ensureBareClone({
    ...{ directory: state.clone, source: repository.gitDirectory, branch },
    ...{ git: repository.git, holds },
  });
  const ref = `refs/flotilla/base/${branch}`;
  const from = `refs/heads/${branch}`;
  await fetchRef(clone, { repository: repository.gitDirectory, from, to: ref });
  const { sandbox, context } = order;
  const confining = { sandbox, env: context.env, home: homedir(), clone: clone.directory };
  const workspaces = workspacesOf({
    ...{ clone, confinement: openConfinement(confining), trash: state.trash },
    ...{ identity: repository.identity, baseBranch: branch },
  });
  const path = join(state.workspaces, name);
  await workspaces.create({ path, branch: null, commit: sha });
  try {
    await runHelper(order, { name, path });
    return await readProposal(path);
  } finally {
    await workspaces.discard(path);
    await workspaces.emptyTrash(new AbortController().signal);
    await rm(join(state.runs, name), { recursive: true, force: true });
  }
}

const mostBytes = 1_000_000;

async function readProposal(path: string): Promise<string> {
  const proposal = await readRegularFile({ root: path, path: proposalFile, mostBytes });
  if (proposal === null)
    throw new UserError({ code: 'no-proposal', why: `it left no ${proposalFile}` });
  return proposal.toString('utf8');
}
