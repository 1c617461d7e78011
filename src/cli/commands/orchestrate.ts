import type { Agent, AgentProgram } from '../../agents/agent.ts';
import { findAgent } from '../../agents/find-agent.ts';
import type { Holds } from '../../coordination/holds.ts';
import { openLocalForge, type LocalForge } from '../../forge/local/local-forge.ts';
import { findBase } from '../../git/user-repository.ts';
import type { Journal } from '../../journal/journal.ts';
import { issueKey, type IssueRef } from '../../model/issue.ts';
import type { TaskState } from '../../model/run-state.ts';
import { runExitCode } from '../../model/run-status.ts';
import { UserError } from '../../model/user-error.ts';
import { executeRun } from '../../orchestration/execute-run.ts';
import type { RunRecord } from '../../orchestration/run-record.ts';
import { planIssue } from '../../planning/plan-issue.ts';
import { identifySelf } from '../../process/identity.ts';
import { renderClosing } from '../../reporting/closing.ts';
import { keepRuntimeFiles } from '../../reporting/runtime-files.ts';
import { runtimePaths } from '../../reporting/runtime-paths.ts';
import { readBaseEvidence } from '../base-evidence.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfiguration } from '../configuration.ts';
import { parseIssueText, readIssueArgument, readIssueFile, readKnownIssue, type IssueText } from '../load-issue.ts';
import { findPlace, openPlaceJournal, openUserHolds, type Place } from '../open-repository.ts';
import { chooseOutput, type RunOutput } from '../run-output.ts';
import { buildRunTools } from '../run-tools.ts';
import { resolveSettings, type OrchestrateOptions, type Settings } from '../settings.ts';
import { startRun } from '../start-run.ts';
import { listenForStop } from '../stop-signals.ts';
import { dryRun } from './dry-run.ts';

/** `flotilla orchestrate <issue>`: plans, runs, verifies, publishes. Gives the exit code. */
export async function orchestrate(
  argument: string,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const configuration = await readConfiguration(place.repository.root);
  const settings = resolveSettings(options, configuration, context.env);
  if (options.dryRun) return dryRun({ argument, settings, place, context, isJson: options.json ?? false });
  const agent = await locateAgent(settings.agent, context.env);
  const base = await findBase(place.repository, settings.base);
  const holds = openUserHolds(place, await identifySelf());
  try {
    const forge = await openLocalForge({
      directory: place.state.forge,
      source: place.repository.gitDirectory,
      branch: base.branch,
      userGit: place.repository.git,
      holds,
    });
    const opened = await openIssue(argument, forge, context.directory);
    const journal = openPlaceJournal(place);
    try {
      return await orchestrateIssue({ ...opened, ...agent, place, settings, options, context, holds, forge, journal, base });
    } finally {
      journal.close();
    }
  } finally {
    holds.close();
  }
}

type Located = { readonly agent: Agent; readonly program: AgentProgram };

async function locateAgent(name: string, env: NodeJS.ProcessEnv): Promise<Located> {
  const found = findAgent(name);
  if (!found.ok) throw new UserError(found.error);
  const program = await found.value.locate(env);
  if (!program.ok) throw new UserError(program.error);
  return { agent: found.value, program: program.value };
}

type OpenedIssue = {
  readonly ref: IssueRef;
  readonly text: IssueText;
  readonly master: ReturnType<typeof parseIssueText>;
};

async function openIssue(argument: string, forge: LocalForge, directory: string): Promise<OpenedIssue> {
  const wanted = readIssueArgument(argument);
  const text =
    wanted.kind === 'local'
      ? await readKnownIssue(await forge.findMasterIssue(wanted.number), wanted.number)
      : await readIssueFile(wanted.path, directory);
  const master = parseIssueText(text);
  const number = await forge.ensureMasterIssue({
    source: text.source,
    title: master.title,
    body: text.markdown,
  });
  return { ref: { forge: 'local', number }, text, master };
}

type Orchestration = OpenedIssue &
  Located & {
    readonly place: Place;
    readonly settings: Settings;
    readonly options: OrchestrateOptions;
    readonly context: CommandContext;
    readonly holds: Holds;
    readonly forge: LocalForge;
    readonly journal: Journal;
    readonly base: { readonly branch: string; readonly sha: string };
  };

async function orchestrateIssue(order: Orchestration): Promise<number> {
  const { holds, place, ref } = order;
  const name = `run:${place.state.root}:${issueKey(ref)}`;
  const hold = await holds.tryTake(name);
  if (hold.state === 'held')
    throw new UserError({ code: 'run-busy', run: issueKey(ref), pid: hold.holder.pid });
  try {
    return await runIssue(order);
  } finally {
    hold.release();
  }
}

async function runIssue(order: Orchestration): Promise<number> {
  const { place, settings, context, options, forge, master, ref } = order;
  const sha = await forge.syncBase(order.base.branch, order.base.sha);
  const base = { branch: order.base.branch, sha };
  const evidence = await readBaseEvidence(place.repository.git, sha, settings);
  const plan = planIssue(master, evidence);
  const output = await chooseOutput({
    isJson: options.json ?? false,
    isPlain: options.plain ?? false,
    ...context,
  });
  const record = startRun({
    journal: order.journal,
    forge,
    issue: ref,
    source: order.text.source,
    master,
    plan,
    base,
    settings,
    self: await identifySelf(),
    onBroken: (error) => output.note(`A view of the run broke and was left out: ${String(error)}`),
  });
  const ordinals = chooseTasks(record, options);
  const files = keepRuntimeFiles(place.repository.root, record.state(), (error) =>
    output.note(`The runtime files cannot be written (${error.message}); the run goes on. flotilla rebuild makes them later.`),
  );
  record.listen(output.take);
  record.listen(files.take);
  for (const event of order.journal.read(record.run, 0)) output.take(event, record.state());
  await noteDirtyBase(order, output);
  const stop = listenForStop(() => output.note('Draining: nothing new starts. Ctrl-C again ends the agents; their work is kept.'));
  try {
    const tools = await buildRunTools({ ...order, record, evidence, env: context.env, stop, log: files.log });
    await executeRun(tools, ordinals);
    await files.flush();
  } finally {
    output.stop();
    stop.release();
  }
  return close(order, record);
}

/** Tasks to run, longest first: those that never succeeded, and failed ones when they are to be retried. */
function chooseTasks(record: RunRecord, options: OrchestrateOptions): number[] {
  const { plan, tasks } = record.state();
  const known = tasks.map(({ ordinal }) => ordinal);
  const missing = options.tasks?.filter((ordinal) => !known.includes(ordinal)) ?? [];
  if (missing.length > 0) throw new UserError({ code: 'no-such-task', ordinals: missing, known });
  const isToRun = ({ ordinal, status }: TaskState): boolean =>
    (options.tasks?.includes(ordinal) ?? true) &&
    (status === 'queued' || status === 'running' || (options.retry === true && status === 'failed'));
  const chosen = new Set(tasks.filter(isToRun).map(({ ordinal }) => ordinal));
  return plan?.order.filter((ordinal) => chosen.has(ordinal)) ?? [];
}

async function noteDirtyBase({ place, base }: Orchestration, output: RunOutput): Promise<void> {
  const status = await place.repository.git.run(['status', '--porcelain', '--untracked-files=no']);
  if (status.trim() !== '')
    output.note(`Your work tree has uncommitted changes. Agents start from the last commit of ${base.branch}, without them.`);
}

function close({ options, context, place }: Orchestration, record: RunRecord): number {
  const state = record.state();
  if (!options.json) {
    const { summary } = runtimePaths(place.repository.root, state);
    context.stdout.write(`\n${renderClosing(state, summary)}`);
  }
  return runExitCode(state);
}
