import { addTasks, type Added } from '../../app/steer/add-tasks.ts';
import { objectTo } from '../../app/plan/approve-plan.ts';
import type { OrchestrateOptions } from '../../app/settings/given-flags.ts';
import { editWords } from '../../model/issue/issue-digest.ts';
import { currentPhase } from '../../model/state/run-state.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainBlock, plainJson } from '../../model/text/plain-text.ts';
import { goOnCommand } from '../../reporting/ending/retry-command.ts';
import { counted } from '../../reporting/figures.ts';
import { findingLines } from '../../reporting/plan/finding-lines.ts';
import { addedLine, waitsFor } from '../../reporting/words/added-words.ts';
import { asTypedHere } from '../as-typed-here.ts';
import type { CommandContext } from '../command-context.ts';
import { forUser } from '../terminal-user.ts';
import { letYoungGenerationGrow } from '../young-generation.ts';

type AddOptions = Pick<OrchestrateOptions, 'dryRun' | 'yes' | 'force' | 'json'>;

/** `flotilla add <issue>`: adds the tasks that were written into the issue to its run. */
export async function add(
  issue: string,
  options: AddOptions,
  context: CommandContext,
): Promise<number> {
  letYoungGenerationGrow();
  const app = forUser(context, options);
  const added = await addTasks(issue, options, app);
  const isDry = options.dryRun ?? false;
  if (options.json) context.stdout.write(`${plainJson(asJson(added, isDry))}\n`);
  else context.stdout.write(`${plainBlock(linesOf(added, isDry, app.user.width).join('\n'))}\n`);
  if (isDry && added.tasks.length > 0)
    objectTo(added.plan, { isYes: options.yes ?? false, isForced: options.force ?? false });
  return exitCodes.succeeded;
}

function linesOf(added: Added, isDry: boolean, width: number | null): readonly string[] {
  const { plan, tasks, state } = added;
  const current = currentPhase(state);
  const warnings = isDry ? plan.findings.filter(({ severity }) => severity !== 'info') : [];
  return [
    ...tasks.map((task) => addedLine(plan, task, current)),
    ...findingLines(warnings, width),
    ...leftLines(added),
    ...whatNext(added, isDry),
  ];
}

/** What of the issue is not taken up. */
function leftLines({ edits, unordered }: Added): readonly string[] {
  const held = edits?.isCommonChanged ? ' Tasks that have not begun wait for that.' : '';
  return [
    ...(edits === null
      ? []
      : [
          `Left as planned, though the issue was edited: ${editWords(edits)}. A new start plans it.${held}`,
        ]),
    ...unordered.map(
      ({ task, on }) => `Task ${task} was planned before, and does not wait for task ${on}.`,
    ),
  ];
}

function whatNext({ state, tasks, when }: Added, isDry: boolean): readonly string[] {
  const { run, orchestrator, isPauseAsked } = state;
  const what = counted(tasks.length, 'task');
  if (tasks.length === 0)
    return [`Nothing to add to ${run}: the issue has no open task that the run does not have.`];
  if (isDry) return [`Nothing was added to ${run}. Add ${what} without --dry-run.`];
  if (when === 'later')
    return [
      `Added ${what} to ${run}. Nobody works on it now; its next start works on them:`,
      `    ${goOnCommand(asTypedHere(state))}`,
    ];
  const held = isPauseAsked ? ' The run is paused: they start when it continues.' : '';
  return [`Added ${what} to ${run}. Process ${orchestrator.pid} takes them up now.${held}`];
}

function asJson({ state, plan, tasks, edits, unordered, when }: Added, isDry: boolean): object {
  const { changed = [], gone = [], isCommonChanged = false } = edits ?? {};
  return {
    run: state.run,
    added: tasks.map((task) => ({
      task: task.ordinal,
      title: task.title,
      phase: task.phase,
      after: waitsFor(plan, task),
      files: task.footprint.map(({ path }) => path),
      estimateMinutes: task.estimateMinutes,
    })),
    when: isDry || tasks.length === 0 ? 'never' : when,
    findings: tasks.length === 0 ? [] : plan.findings,
    leftAsPlanned: {
      changed,
      gone,
      isCommonChanged,
      unordered: unordered.map(({ task, on }) => ({ task, on })),
    },
  };
}
