import type { Journal } from '../../journal/journal.ts';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import { type IssueRef, issueKey } from '../../model/issue/issue.ts';
import type { Finding } from '../../model/plan/plan.ts';
import type { JournalDamage } from '../../model/user-error.ts';
import type { Evidence } from '../../planning/plan-issue.ts';
import type { ProjectCommands } from '../../reporting/plan/dry-run.ts';
import {
  fitWorkers,
  measureResources,
  measureTree,
  type Fit,
} from '../../workspace/machine/resources.ts';
import type { PeekedIssue } from '../issue/peek-issue.ts';
import type { Start } from '../open-start.ts';
import type { AppContext } from '../user-interface.ts';
import { readBaseEvidence } from './base-evidence.ts';
import { readPlanEvidence } from './plan-evidence.ts';
import { redBaseFindings, resourceFindings } from './surroundings.ts';

/** What the repository, its past runs and the machine say. */
export type Surroundings = {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly fit: Fit;
  readonly project: ProjectCommands;
  /** What a start would stumble over in the journal. */
  readonly damages: readonly JournalDamage[];
};

/** Looks at all that a plan is made from, apart from the issue. Writes nothing but a cache. */
export async function lookAround(
  { place, settings, context }: Start & { readonly context: AppContext },
  {
    git,
    sha,
    ref: issue,
    master,
    source,
  }: Pick<PeekedIssue, 'git' | 'sha' | 'ref' | 'master' | 'source'>,
): Promise<Surroundings> {
  const { root } = place.repository;
  const base = await readBaseEvidence(git, sha, settings);
  const journal = openExistingJournal(place.state.journal, () => new Date());
  try {
    const { env } = context;
    const [evidence, worktreeMb, resources] = await Promise.all([
      readPlanEvidence({
        ...{ git, base, sha, settings, env, journal, issue, master, root, source },
        isLongLived: false,
      }),
      measureTree(git, sha),
      measureResources(place.state.root),
    ]);
    const { wantedWorkers: wanted, isMaxWorkersGiven: isGivenByHand } = settings;
    const fit = fitWorkers({ ...resources, wanted, worktreeMb, isGivenByHand });
    const findings = [
      ...redBaseFindings(journal, { sha, evidence: base }),
      ...resourceFindings(fit, resources, { wanted, tasks: master.tasks.length }),
    ];
    const { setup, setupGuessedFrom } = base;
    const checks = base.checks.map(({ command }) => command);
    const project = { checks, setup, setupGuessedFrom };
    const damages = journal === null ? [] : damagesFor(journal, issue);
    return { evidence: { ...evidence, worktreeMb }, findings, fit, project, damages };
  } finally {
    journal?.close();
  }
}

/** What is wrong with an issue's newest run, or with a run that may be its own. */
function damagesFor(journal: Journal, issue: IssueRef): JournalDamage[] {
  const own = journal.runs().find((entry) => issueKey(entry.issue) === issueKey(issue));
  const damage = own === undefined ? null : journal.readSound(own.run).damage;
  return [...(damage === null ? [] : [damage]), ...journal.losses()];
}
