import type { JournalEvent } from '../event/event.ts';
import type { Finding } from '../plan/plan.ts';

/** The findings of a run after one more event of it, with what is wrong with how its agents ask. */
export function withAskingFinding(
  findings: readonly Finding[],
  event: JournalEvent,
): readonly Finding[] {
  const finding = askingFinding(event);
  return finding === null ? findings : [...findings, finding];
}

function askingFinding(event: JournalEvent): Finding | null {
  switch (event.type) {
    case 'questions-refused':
      return {
        ...{ kind: 'questions-refused', severity: 'warning', tasks: [event.task] },
        message: `The agent of task ${event.task} asked too often (${event.asked} questions were shown): it continues by itself`,
        evidence: `attempt ${event.attempt}`,
        advice: 'Read what it assumed in its pull request; say in the task what it kept asking.',
      };
    case 'mailbox-failed':
      return {
        ...{ kind: 'mailbox-failed', severity: 'warning', tasks: [event.task] },
        message: `${failedWords[event.what](event.task)}: ${event.message}`,
        evidence: `attempt ${event.attempt}`,
        advice: 'Its agent goes on by itself. Look at the disk (df -h), and at what the agent did.',
      };
    default:
      return null;
  }
}

const failedWords = {
  make: (task: number) => `The agent of task ${task} cannot ask`,
  read: (task: number) => `Something that the agent of task ${task} asks cannot be read`,
  answer: (task: number) => `An answer could not be brought to the agent of task ${task}`,
} as const;
