import type { OrchestrateOptions } from '../../app/settings/given-flags.ts';
import { objectTo } from '../../app/plan/approve-plan.ts';
import { openPlanning } from '../../app/open-planning.ts';
import type { PlannedIssue } from '../../app/planned-issue.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { plainJson } from '../../model/text/plain-text.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { renderDryRun } from '../../reporting/plan/dry-run.ts';
import type { CommandContext } from '../command-context.ts';
import { tellDamage } from '../tell-damage.ts';
import { forUser } from '../terminal-user.ts';
import { letYoungGenerationGrow } from '../young-generation.ts';

/** Lines of prose are hard to read when they are longer. */
const widest = 120;

/** `flotilla orchestrate <issue> --dry-run`: shows the plan, and exits as a start with the same flags would without a terminal. */
export async function dryRun(
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
