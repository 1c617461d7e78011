/**
 * Flotilla as a library. A program can read a master issue, plan it, and read the journal of its runs with little more
 * than this; to carry a plan out it hands `executeRun` the adapters that the command line would have built.
 *
 * ```ts
 * const parsed = parseIssue(await readFile('issue.md', 'utf8'));
 * if (parsed.ok) console.log(planIssue(parsed.value, { files: new Set(['src/cart.js']) }).order);
 *
 * const journal = openJournal('journal.sqlite', () => new Date());
 * for (const { run } of journal.runs()) console.log(foldRun(journal.read(run, 0))?.tasks);
 * ```
 *
 * Until 1.0.0 any of this may change with a minor version.
 */

// The product's words.
export type * from './model/event/attempt-event.ts';
export type * from './model/event/event.ts';
export type * from './model/event/merge-event.ts';
export type * from './model/state/feedback.ts';
export type * from './model/event/pull-event.ts';
export type * from './model/event/pull-remark.ts';
export type * from './model/event/run-event.ts';
export type * from './model/options/run-settings.ts';
export type * from './model/event/task-event.ts';
export type * from './model/failure/failure.ts';
export type * from './model/forge-problem.ts';
export { ForgeError, isPassing } from './model/forge-problem.ts';
export type * from './model/issue/issue.ts';
export type * from './model/plan/plan.ts';
export type * from './model/process-identity.ts';
export type * from './model/result.ts';
export type * from './model/state/run-state.ts';
export type * from './model/state/run-status.ts';
export type * from './model/plan/second-reading.ts';
export { failureType } from './model/failure/failure.ts';
export { displayIssue, issueKey } from './model/issue/issue.ts';
export { advanceRun, foldRun } from './model/state/fold-run.ts';
export { runExitCode, runStatus } from './model/state/run-status.ts';
export { UserError, type UserProblem } from './model/user-error.ts';

// Markdown → master issue → plan.
export { parseIssue } from './intake/parse-issue.ts';
export { planIssue, type Evidence } from './planning/plan-issue.ts';

// The record of all runs.
export type { Journal, RunEntry } from './journal/journal.ts';
export { openExistingJournal, openJournal } from './journal/sqlite-journal.ts';

// Plan → events. To add an agent or a forge of your own, implement one of these interfaces.
export type * from './agents/agent.ts';
export type * from './forge/forge.ts';
export type * from './forge/pull-report.ts';
export { executeRun } from './orchestration/execute-run.ts';
export { openRunRecord, type RunListener, type RunRecord } from './services/run-record.ts';
export type * from './services/run-tools.ts';

// What the tools of a run are built from.
export { findAgent } from './agents/find-agent.ts';
export { openHolds, type Holds } from './coordination/holds.ts';
export { openCallLog } from './forge/github/http/call-log.ts';
export { openClient, type GitHubClient } from './forge/github/http/client.ts';
export { openGitHubForge, type GitHubForge } from './forge/github/github-forge.ts';
export { openRepository } from './forge/github/repository/open-repository.ts';
export { hostAddresses } from './forge/github/repository/place.ts';
export { findToken } from './forge/github/http/token.ts';
export { openLocalForge, type LocalForge } from './forge/local/local-forge.ts';
export { patientForge } from './forge/patient-forge.ts';
export { ensureBareClone, type BareClone } from './git/bare-clone.ts';
export { gitAt, type Git, type GitIdentity } from './git/git.ts';
export { identifySelf } from './process/identity.ts';
export type { Check } from './verification/check.ts';
export { createPool, type Pool } from './workspace/machine/pool.ts';
export {
  openTaskEnvironment,
  type TaskEnvironment,
} from './workspace/environment/task-environment.ts';
export { workspacesOf, type Workspaces } from './workspace/workspaces.ts';
