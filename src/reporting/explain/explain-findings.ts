import type { FindingKind } from '../../model/plan/plan.ts';
import type { Explanation } from '../../diagnosis/catalogue/catalogue-entry.ts';

/** What planning warns of, word by word. */
export const findingExplanations: Readonly<Record<FindingKind, Explanation>> = {
  'file-conflict': {
    means: 'Two tasks will probably change the same file, so that their pull requests may collide.',
    causes: [
      'Both name the file, or both change what it belongs to.',
      'It is a file that registers everything, such as a router or an index.',
    ],
    fix: [
      'Nothing, where stacks are used (--stack auto): they run one after another, each from the branch of the previous one.',
      'To run them side by side, let one task own the file.',
    ],
  },
  dependency: {
    means: 'A task needs what another one creates.',
    causes: [
      'It says so (depends on, after, once … is merged).',
      'It uses a file or a name that the other one creates.',
    ],
    fix: [
      'Nothing, where stacks are used (--stack auto): it starts from the branch of the task that it depends on.',
      'Otherwise, put the shared code into a first phase.',
    ],
  },
  'hub-file': {
    means:
      'A file that much of the project depends on, or that several tasks will probably touch, is going to change.',
    causes: ['Shared types, configuration, routes, an index of exports.'],
    fix: ['Change it in one task, first.', 'Review that pull request before the others.'],
  },
  unbalanced: {
    means: 'One task is much longer than the others, which will wait for it.',
    causes: ['The tasks were split unevenly.'],
    fix: [
      'Split the long one; aim at less than twice the average.',
      'Or give it a batch of its own: --batch "1,2,4,5;3"',
    ],
  },
  'too-large': {
    means: 'A task is probably too large for one agent in one go.',
    causes: ['It spans many files or several concerns.'],
    fix: ['Split it along its acceptance criteria.', 'Or give it more time (--timeout).'],
  },
  'too-small': {
    means:
      'A task is so small that starting an agent and reviewing a pull request costs more than the work itself.',
    causes: ['A change of a line or two.'],
    fix: ['Combine it with a task that touches the same files.'],
  },
  vague: {
    means: 'A task says too little for an agent to know what to do, or when it is done.',
    causes: [
      'A title without a description.',
      'No acceptance criteria.',
      'Words such as improve or clean up without a measure for them.',
    ],
    fix: ['Say which behaviour changes, where, and how to see that it is done.'],
  },
  'no-location': {
    means:
      'No file or folder was found that a task is about, so its conflicts cannot be predicted.',
    causes: ['The task names no path and no known name.'],
    fix: ['Name the files in the task, in backticks.'],
  },
  'no-tests': {
    means: 'A task asks for no test, so its checks say little about it.',
    causes: ['Neither its text nor its criteria mention tests.'],
    fix: ['Add a criterion such as: unit tests for …'],
  },
  'no-criteria': {
    means:
      'A task has no acceptance criteria, so neither its agent nor a reviewer knows when it is done.',
    causes: ['Neither the task nor the issue has a list of what must hold in the end.'],
    fix: [
      'Write them once for all tasks, under “## Acceptance Criteria”, or below the task itself.',
    ],
  },
  'too-few': {
    means: 'There are too few tasks for parallel work to pay off.',
    causes: ['With so few tasks, starting agents costs more than it saves.'],
    fix: ['Continue anyway (--yes), or work through them one after another (--max-workers 1).'],
  },
  cycle: {
    means: 'Tasks wait for each other in a circle, so none of them could start.',
    causes: ['Each says that it depends on the other, directly or through others.'],
    fix: ['Remove one of the dependencies, or combine the tasks.'],
  },
  untrusted: {
    means:
      'The issue comes from someone whose text should not drive agents on this machine unread.',
    causes: ['Its author is neither owner nor member nor collaborator of the repository.'],
    fix: [
      'Read the issue before you continue; text that readers cannot see is left out anyway.',
      'Then continue with --yes.',
    ],
  },
  'issue-edited': {
    means: 'The issue was edited after it was planned, while its run was going on.',
    causes: ['Its author, or somebody else who may write there, changed what it asks for.'],
    fix: [
      'Read what was changed, then start the same command again: it is planned again.',
      'Nothing is lost: tasks that had begun were carried out as planned, the others wait.',
    ],
  },
  'too-many-sub-issues': {
    means: 'The master issue would get more sub-issues on GitHub than GitHub allows for one issue.',
    causes: ['It allows 100, and closed ones count.'],
    fix: [
      'Continue: every task gets its issue, and those beyond the hundredth say “Part of …” instead of being listed.',
      'Or remove finished sub-issues from the master issue, or split it.',
    ],
  },
  'failed-alike': {
    means: 'Two tasks of the run failed with the same telling line, so one cause is likely.',
    causes: ['Something that both depend on is broken: shared code, a service, the test itself.'],
    fix: [
      'Read both logs and fix what they have in common; then retry.',
      'Cancel the run (flotilla cancel) if the remaining tasks would fail on it, too.',
    ],
  },
  resources: {
    means: 'The memory or the disk is probably too small for as many agents as were asked for.',
    causes: ['Each agent takes about 500 MB of memory and 100 MB of disk.'],
    fix: ['Run fewer agents (--max-workers), or make room: free -h; df -h; flotilla clean'],
  },
  'questions-refused': {
    means:
      'An agent asked people so often that its questions are no longer shown. It is told to continue by its own judgement.',
    causes: [
      'The task leaves many things open, and its agent asks about each of them.',
      'A program of the agent asks in a loop.',
    ],
    fix: [
      'Read what was assumed in the pull request, and ask for changes there.',
      'Say in the task what was asked, then start it again (--retry).',
      'Or let agents ask nothing (questions.patience: 0).',
    ],
  },
  'mailbox-failed': {
    means:
      'An agent cannot ask people, or their answers do not reach it: something is wrong with the folder in which it asks. The agent goes on by itself.',
    causes: [
      'The disk is full.',
      'The agent, or what it started, changed or deleted the folder; in the sandbox it can only spoil its questions.',
    ],
    fix: [
      'Make room on the disk: df -h; flotilla clean',
      'Look at what the agent did: flotilla logs',
      'Tell it what it needs to know: flotilla tell <issue> <task> TEXT',
    ],
  },
  'red-base': {
    means:
      'The base fails its own checks, or could not be set up, before any agent has begun. No agent starts on it.',
    causes: [
      'A broken commit on the base branch.',
      'The check needs a setup that fresh workspaces do not have.',
    ],
    fix: [
      'Fix the base, or start from another branch (--base).',
      'Name the setup (--setup) or other checks (--check).',
      'Or continue anyway (--force): checks that are red on the base are then not required of any task.',
    ],
  },
};
