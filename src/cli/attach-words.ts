import { agentWords } from '../model/text/agent-words.ts';
import type { UserProblem } from '../model/user-error.ts';
import { shellWord } from '../reporting/shell-word.ts';

type Problem = Extract<UserProblem, { code: 'cannot-attach' }>;

/** Why nobody can work in a task's session, and what to do instead. */
export function attachWords({
  source,
  ordinal,
  status,
  agent,
  why,
}: Problem): [string, ...string[]] {
  const issue = shellWord(source);
  switch (why) {
    case 'not-begun':
      return [
        `Task ${ordinal} is ${status} and no agent has worked on it, so there is no session to open.`,
        'Try again when it has begun; flotilla status shows when.',
      ];
    case 'no-session':
      return [
        `The agent of task ${ordinal} has not named a session yet.`,
        'Try again in a moment.',
      ];
    case 'no-program':
      return [
        `${agentWords(agent ?? '')} has no program of its own in which a person could open its session.`,
        `To say something to it: flotilla tell ${issue} ${ordinal} TEXT`,
        `To work there yourself: cd "$(flotilla open ${issue} ${ordinal})"`,
      ];
    case 'no-workspace':
      return [
        `Task ${ordinal} is ${status} and its workspace is gone, so its session cannot be opened where it worked.`,
        `To have it worked on again: flotilla resume ${issue} --retry`,
      ];
    case 'published':
      return [
        `The work of task ${ordinal} is published: its agent is through.`,
        `To have it changed: comment on its pull request, then flotilla address ${issue} ${ordinal}`,
      ];
  }
}
