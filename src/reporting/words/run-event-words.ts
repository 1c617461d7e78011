import { answerWords } from './question-words.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import type {
  BaseChecked,
  BaseSeenOnForge,
  RedBaseAccepted,
  RunEnded,
  RunPaused,
} from '../../model/event/run-event.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import type { Finding, PlannedTask } from '../../model/plan/plan.ts';
import { unreachable } from '../../model/result.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { countTasks } from '../../model/state/run-status.ts';
import { agentWords } from '../../model/text/agent-words.ts';
import { listed } from '../../model/text/listed.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { counted } from '../figures.ts';
import { settingWords } from './setting-words.ts';
import { askedWords } from './standstill-words.ts';
import {
  conclusionWords,
  conflictsWords,
  prefixWords,
  tasksWords,
  togetherWords,
  joinedWords,
  trainWords,
  unionWords,
  undoWords,
} from './merge-words.ts';

type RunLevelEvent = Exclude<JournalEvent, { task: number | null }>;

/** What an event about the run as a whole says; null for one that is not worth reporting. */
export function runEventWords(event: RunLevelEvent, state: RunState): string | null {
  switch (event.type) {
    case 'run-started':
      return `started ${displayIssue(event.issue)} on ${baseWords(event.base)}, ${agentWords(event.settings.agent)}, up to ${counted(event.settings.maxWorkers, 'agent')}: ${event.title}`;
    case 'run-resumed':
      return `resumed on ${baseWords(event.base)}`;
    case 'phase-begun':
      return `${phaseWords(event.phase, state)} continues from ${baseWords(event.base)}`;
    case 'check-changes-accepted':
    case 'issue-read':
    case 'diagnosis-intended':
    case 'forge-used':
    case 'notice-intended':
    case 'reply-done':
    case 'train-ended':
    case 'conclusion-intended':
    case 'undo-intended':
      return null;
    case 'planned':
      return `planned ${counted(event.plan.tasks.length, 'task')}${findingCount(event.plan.findings)}`;
    case 'tasks-added':
      return `added ${listed(event.tasks.map(taskName))}`;
    case 'finding-raised':
      return findingWords(event.finding);
    case 'base-checked':
    case 'base-seen-on-forge':
    case 'red-base-accepted':
      return baseEventWords(event);
    case 'drain-requested':
      return event.how === 'drain'
        ? 'stopping: running agents finish, nothing new starts'
        : 'stopping: ending the running agents';
    case 'cancel-requested':
      return event.tasks === null
        ? 'asked to cancel'
        : `asked to cancel ${tasksWords(event.tasks)}`;
    case 'settings-changed':
      return `changed: ${settingWords(event.settings).join(' ')}`;
    case 'pause-requested':
      return askedWords(state);
    case 'continue-requested':
      return 'asked to continue';
    case 'run-paused':
      return pauseWords(event);
    case 'diagnosis-done':
      return event.isOver
        ? `closed issue #${event.number}: what had failed has succeeded since`
        : `wrote down what failed in issue #${event.number}`;
    case 'forge-waited':
      return `publishing waits until ${event.until}: ${event.message}`;
    case 'checks-awaited':
      return `waiting for the checks of ${event.pulls.map((number) => `#${number}`).join(', ')}`;
    case 'question-answered':
    case 'question-expired':
    case 'reply-intended':
      return answerWords(event);
    case 'run-continued':
      return 'continues';
    case 'run-ended':
      return endWords(event.how, state);
    case 'conflicts-seen':
      return conflictsWords(event);
    case 'union-begun':
      return `judging ${togetherWords(event.tasks)} before anything is merged`;
    case 'union-judged':
      return unionWords(event.verdict);
    case 'train-planned':
      return trainWords(event.cars);
    case 'train-joined':
      return joinedWords(event.cars);
    case 'prefix-checked':
      return prefixWords(event);
    case 'conclusion-done':
      return conclusionWords(event);
    case 'undo-published':
      return undoWords(event);
    default:
      return unreachable(event);
  }
}

/** A finding in one line: how grave it is, and what it says. */
export function findingWords({ severity, message }: Finding): string {
  return severity === 'info' ? message : `${severity}: ${message}`;
}

function taskName({ ordinal, title }: PlannedTask): string {
  return `task ${ordinal} (${plainText(title, 80)})`;
}

function baseWords({ branch, sha }: RunState['base']): string {
  return `${branch} (${sha.slice(0, 7)})`;
}

function findingCount(findings: readonly Finding[]): string {
  const grave = findings.filter(({ severity }) => severity !== 'info').length;
  return grave === 0 ? '' : `, ${counted(grave, 'warning')}`;
}

function baseEventWords(event: BaseChecked | BaseSeenOnForge | RedBaseAccepted): string | null {
  switch (event.type) {
    case 'base-checked':
      return baseCheckWords(event.checks);
    case 'base-seen-on-forge':
      return event.checks === 'failed'
        ? `✗ the base is red on the forge: ${event.failed.join(', ')}`
        : null;
    case 'red-base-accepted':
      return 'continues anyway: checks that are red on the base are not required of any task';
  }
}

function baseCheckWords(checks: RunState['baseChecks'] & {}): string {
  const red = checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
  // The setup is listed among them, and is not a check.
  const count = checks.filter(({ name }) => name !== 'setup').length;
  if (red.length > 0) return `✗ the base is red: ${red.join(', ')}`;
  return count === 0
    ? 'the base has no checks'
    : `✓ the base passes its ${counted(count, 'check')}`;
}

function pauseWords({ reason, message, until }: RunPaused): string {
  if (until === null) return `paused, ${message}; nothing new starts`;
  const isForPeople = reason === 'unreviewed' || reason === 'unapproved';
  return isForPeople
    ? `waiting for reviewers, until ${until} at most: ${message}`
    : `paused, ${message}; continues at ${until}`;
}

function phaseWords(phase: number, { plan }: RunState): string {
  const count = plan?.phases.length ?? 1;
  return count > 1 ? `phase ${phase} of ${count}` : 'work';
}

const endWord: Record<RunEnded['how'], string> = {
  finished: 'finished',
  interrupted: 'interrupted',
  cancelled: 'cancelled',
  'timed-out': "the run's own time ran out",
  'awaiting-merge': 'waiting for pull requests to be merged',
  refused: 'not started, since the base is not ready',
};

function endWords(how: RunEnded['how'], state: RunState): string {
  const { total, succeeded } = countTasks(state);
  return `${endWord[how]}: ${succeeded} of ${counted(total, 'task')} succeeded`;
}
