import { exitCodes } from '../../model/state/run-status.ts';
import { plainText } from '../../model/text/plain-text.ts';
import type { NotUndone, UserProblem } from '../../model/user-error.ts';
import { shellWord } from '../../reporting/shell-word.ts';
import { advice, firstOf, type Advice } from './advice.ts';

const notUndone: Readonly<Record<NotUndone['why'], string>> = {
  'not-merged': 'is not merged',
  undone: 'is undone already: nothing of it is left',
  gone: 'came in by commits that are not there any more: the branch was rewritten',
  unclear: 'came in by commits that Flotilla cannot tell from others',
};

/** Nothing was undone, task by task, and why. */
export function cannotUndo({
  branch,
  tasks,
}: Extract<UserProblem, { code: 'cannot-undo' }>): Advice {
  if (tasks.length === 0)
    return advice(
      exitCodes.other,
      'There is nothing to undo: the run has merged no task.',
      'An open pull request is closed on the forge, and its branch is yours to delete.',
    );
  const lines = tasks.map(({ ordinal, why, status, number }) => {
    const by = why === 'undone' && number !== undefined ? ` (#${number})` : '';
    const known = status === undefined ? '' : ` (it is ${status})`;
    return `  task ${ordinal} ${notUndone[why]}${by}${known}`;
  });
  const reasons = new Set(tasks.map(({ why }) => why));
  return advice(
    exitCodes.other,
    `Nothing of ${branch} was undone.`,
    ...lines,
    ...(reasons.has('not-merged') ? ['Without task numbers, all that is merged is undone.'] : []),
    ...(reasons.has('unclear')
      ? [
          `Find its commits, and revert them by hand: git log --oneline ${shellWord(`flotilla/${branch}`)}`,
        ]
      : []),
  );
}

/** Later work is in the way of a revert. */
export function undoConflicts(problem: Extract<UserProblem, { code: 'undo-conflicts' }>): Advice {
  const { issue, branch, tasks, ordinal, sha, subject, isMerge, files, later } = problem;
  const commits = later.commits.map(({ sha: id, subject: text }) => `${id.slice(0, 9)} ${text}`);
  const together = [...new Set([...tasks, ...later.tasks])].toSorted((one, two) => one - two);
  return advice(
    exitCodes.other,
    `Task ${ordinal} cannot be undone: later work changed the same lines as ${sha.slice(0, 9)} ${plainText(subject, 80)}. Nothing was made.`,
    ...firstOf(files.map((file) => `in ${file}`)),
    ...(later.tasks.length > 0 ? [`  changed later by task ${later.tasks.join(', ')}`] : []),
    ...firstOf(commits.map((commit) => `changed later by ${commit}`)),
    ...(later.tasks.length > 0
      ? [`Undo them together: flotilla undo ${shellWord(issue)} ${together.join(' ')}`]
      : []),
    `By hand, on a branch of your own: git checkout -b undo ${shellWord(`flotilla/${branch}`)} && git revert ${isMerge ? '-m 1 ' : ''}${sha.slice(0, 12)}, and resolve the conflict.`,
  );
}
