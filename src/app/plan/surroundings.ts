import type { Journal } from '../../journal/journal.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import type { Finding } from '../../model/plan/plan.ts';
import type { Fit, Resources } from '../../workspace/machine/resources.ts';
import type { BaseEvidence } from './base-evidence.ts';
import { newestBaseCheck } from './known-base.ts';

/**
 * One finding for each thing about the machine that lowers the number of agents, or soon will. That the cores do is only
 * reported when there are more tasks than cores.
 */
export function resourceFindings(
  fit: Fit,
  resources: Resources,
  { wanted, tasks }: { readonly wanted: number; readonly tasks: number },
): Finding[] {
  const evidence = `${Math.floor(resources.availableMemoryMb)} MB of memory, ${Math.floor(resources.freeDiskMb)} MB of disk, ${resources.cores} cores`;
  const short = fit.reasons.map((reason) => ({
    kind: 'resources' as const,
    severity: fit.workers < wanted ? ('warning' as const) : ('info' as const),
    tasks: [],
    message: reason,
    evidence,
    advice: 'Close programs that use memory, or make room with flotilla clean.',
  }));
  const cores: Finding = {
    ...{ kind: 'resources', severity: 'info', tasks: [], message: fit.byCores ?? '', evidence },
    advice: `Agents mostly wait for their model, so there may be more of them than cores: --max-workers ${wanted}.`,
  };
  return fit.byCores === null || tasks <= fit.workers ? short : [...short, cores];
}

/**
 * What the newest run that checked this very commit found red there: nothing runs before the user agrees to a plan, so a
 * base that was never checked says nothing.
 */
export function redBaseFindings(
  journal: Journal | null,
  base: { readonly sha: string; readonly evidence: BaseEvidence },
): Finding[] {
  const state = journal === null ? null : newestBaseCheck(journal, base.sha);
  const { checks, setup } = base.evidence;
  const commands = [setup, ...checks.map(({ command }) => command)];
  const red = (state?.baseChecks ?? []).filter(
    ({ state: end, command }) => end !== 'passed' && commands.includes(command),
  );
  return red.map(({ command, state: end, log }) => ({
    kind: 'red-base' as const,
    severity: 'warning' as const,
    tasks: [],
    message: `${command} ${end === 'timed-out' ? 'timed out' : 'failed'} on the base itself (${state?.base.branch} at ${base.sha.slice(0, 9)})`,
    evidence: `seen by the run of ${state === null ? '' : displayIssue(state.issue)}, output in ${log}`,
    advice:
      'Fix the base first, or name other checks with --check: no task can pass a check that is red.',
  }));
}
