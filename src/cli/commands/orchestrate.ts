import { assist } from '../../app/assist/assist.ts';
import { orchestrate as orchestrateIssue, type RunOutcome } from '../../app/orchestrate-issue.ts';
import { fromHere } from '../../app/place/from-here.ts';
import type { OrchestrateOptions } from '../../app/settings/given-flags.ts';
import { exitCodes, runExitCode } from '../../model/state/run-status.ts';
import { plainBlock, plainJson } from '../../model/text/plain-text.ts';
import { renderClosing } from '../../reporting/ending/closing.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import { objectTo } from '../../app/plan/approve-plan.ts';
import { openPlanning } from '../../app/open-planning.ts';
import type { PlannedIssue } from '../../app/planned-issue.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { renderDryRun } from '../../reporting/plan/dry-run.ts';
import type { CommandContext } from '../command-context.ts';
import { withDashboard } from '../dashboard-with-run.ts';
import { forUser } from '../terminal-user.ts';
import { tellDamage } from '../tell-damage.ts';
import { letYoungGenerationGrow } from '../young-generation.ts';

/** `flotilla orchestrate <issue>`: plans, runs, verifies, publishes. Gives the exit code. */
export async function orchestrate(
  argument: string,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  if (options.assist) return propose(argument, options, context);
  if (options.dryRun) return dryRun(argument, options, context);
  return withDashboard(options, context, async () => {
    const outcome = await orchestrateIssue(argument, options, forUser(context, options));
    return closeRun(outcome, options, context);
  });
}

/** Shows how a run ended; gives the exit code. */
export function closeRun(
  { state, place }: RunOutcome,
  { json }: Pick<OrchestrateOptions, 'json'>,
  { stdout }: CommandContext,
): number {
  if (state === null) return exitCodes.succeeded;
  if (!json) {
    const { summary } = runtimePaths(place.repository.root, state);
    const shown = { ...state, source: fromHere(state.source) };
    const width = stdout.isTTY ? stdout.columns : null;
    stdout.write(`\n${renderClosing(shown, fromHere(summary), width)}`);
  }
  return runExitCode(state);
}

/** `flotilla orchestrate <issue> --assist`: prints what an agent proposes as sub-tasks, an issue in Markdown. */
async function propose(
  argument: string,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  const proposal = await assist(argument, options, forUser(context, options));
  context.stdout.write(`${plainBlock(proposal)}\n`);
  context.stderr.write(
    'This is a proposal, and nothing was changed. Save it to a file, fix it, and look at its plan: flotilla orchestrate FILE --dry-run\n',
  );
  return exitCodes.succeeded;
}

/** Lines of prose are hard to read when they are longer. */
const widest = 120;

/** `flotilla orchestrate <issue> --dry-run`: shows the plan, and exits as a start with the same flags would without a terminal. */
async function dryRun(
  argument: string,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  letYoungGenerationGrow();
  const { stdout, stderr } = context;
  const app = forUser(context, options);
  const planning = await openPlanning(argument, options, app);
  if (planning.done !== null) app.user.note(planning.done);
  if (planning.done !== null && !options.json) return exitCodes.succeeded;
  const planned = await planning.plan();
  const width = app.user.width === null ? null : Math.min(app.user.width, widest);
  stdout.write(
    options.json ? `${plainJson(asJson(planned))}\n` : renderDryRun({ ...planned, width }),
  );
  objectTo(planned.plan, { isYes: options.yes ?? false, isForced: options.force ?? false });
  return tellDamage(planned.damages, stderr);
}

function asJson({ issue, plan }: PlannedIssue): object {
  const { skipped, findings, checklist, verdict, schedule, forecast, refusals, reading } = plan;
  return {
    issue: { ref: displayIssue(issue.ref), title: issue.title },
    tasks: plan.tasks.map(({ lines: _lines, ...task }) => ({
      ...task,
      issue: task.reference?.number ?? null,
    })),
    skipped,
    findings,
    checklist,
    verdict,
    refusals,
    schedule,
    forecast,
    ...(reading === undefined ? {} : { reader: reading }),
  };
}
