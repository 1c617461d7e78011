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
import { openConfinement } from '../../workspace/sandbox/confinement.ts';
import { workspacesOf } from '../../workspace/workspaces.ts';
import { openStart, type Start } from '../open-start.ts';
import { locateMember } from '../run/build-fleet.ts';
import { chooseSandbox } from '../run/carry-out.ts';
import type { AppContext } from '../user-interface.ts';
import { findIssue } from '../issue/find-issue.ts';
import type { IssueText } from '../issue/load-issue.ts';
import { openUserHolds } from '../place/find-place.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';
import { runHelper, type HelperParams } from './assist-agent.ts';

type AssistParams = Start & {
  readonly argument: string;
  readonly context: AppContext;
  readonly options: OrchestrateOptions;
};

/**
 * Lets the agent propose sub-tasks, and gives its proposal, an issue in Markdown. It works in a checkout that is thrown
 * away; nothing is applied, and no run begins.
 */
export async function assist(
  argument: string,
  options: OrchestrateOptions,
  context: AppContext,
): Promise<string> {
  const start = await openStart(argument, { options, context });
  const params = { ...start, argument, options, context };
  const { place, settings } = params;
  const text = await readText(params);
  const issue = readableText(text);
  requireTasks(issue, params.options.tasks ?? []);
  const prompt = assistPrompt(issue, params.options.tasks ?? null);
  const base = await findBase(place.repository, settings.base);
  const located = await locateMember(settings.agent, settings, context.env);
  const sandbox = await chooseSandbox(settings, context.env);
  const holds = openUserHolds(place, await identifySelf());
  try {
    const proposal = await propose({ ...params, ...located, ...base, sandbox, holds, prompt });
    if (!parseIssue(proposal).ok)
      throw new UserError({ code: 'no-proposal', why: 'what it left holds no sub-tasks' });
    return proposal;
  } finally {
    holds.close();
  }
}

async function readText({ target, options, ...params }: AssistParams): Promise<IssueText> {
  if (target === null) return (await findIssue(params)).text;
  const { env, user } = params.context;
  const { readAssistText } = await import('./assist-github.ts');
  return readAssistText({
    ...params,
    target,
    env,
    note: user.warn,
    isAgreed: options.yes ?? false,
  });
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

type ProposalParams = HelperParams & { readonly branch: string; readonly sha: string };

/** Makes the checkout, lets the agent work in it, takes what it left, and throws the checkout away. */
async function propose(params: ProposalParams): Promise<string> {
  const { place, holds, branch, sha } = params;
  const { repository, state } = place;
  const name = `assist-${process.pid}`;
  const clone = await ensureBareClone({
    ...{ directory: state.clone, source: repository.gitDirectory, branch },
    ...{ git: repository.git, holds },
  });
  const ref = `refs/flotilla/base/${branch}`;
  const from = `refs/heads/${branch}`;
  await fetchRef(clone, { repository: repository.gitDirectory, from, to: ref });
  const { sandbox, context } = params;
  const confining = { sandbox, env: context.env, home: homedir(), clone: clone.directory };
  const workspaces = workspacesOf({
    ...{ clone, confinement: openConfinement(confining), trash: state.trash },
    ...{ identity: repository.identity, baseBranch: branch },
  });
  const path = join(state.workspaces, name);
  await workspaces.create({ path, branch: null, commit: sha });
  try {
    await runHelper(params, { name, path });
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
