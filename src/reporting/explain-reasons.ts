import type { FailureReason } from '../model/failure.ts';
import type { Explanation } from './explain.ts';

/** Why a task did not succeed, word by word. */
export const reasonExplanations: Readonly<Record<FailureReason, Explanation>> = {
  'no-commits': {
    means:
      'The agent ended, and its branch holds no change: neither a commit of its own nor a file that we could commit for it. What the agent said of itself does not count.',
    causes: [
      'The task was done already, or asks for no change of a file.',
      'The task is so vague that the agent asked a question instead of working.',
      'The agent changed only files that git ignores.',
    ],
    fix: [
      'Read what the agent said: flotilla logs <issue> <task>',
      'Name the files and the behaviour in the task.',
      'Start it again: flotilla orchestrate <issue> --retry',
    ],
  },
  'out-of-scope': {
    means:
      'The branch changes files that only another task declared, so that the two pull requests would collide. The agent was told once to put them back, and they are still changed. The failure lists the files.',
    causes: [
      'The tasks share a file that only one of them names.',
      'The agent tidied up more than it was asked for.',
    ],
    fix: [
      'Name the file in both tasks, or give the work to the task that owns the file.',
      'Or accept it: flotilla orchestrate <issue> --retry --allow-out-of-scope',
    ],
  },
  'agent-failed': {
    means:
      "The agent's program ended with an error, so its work was not looked at. Its branch is kept.",
    causes: [
      'The program crashed, or was ended from outside.',
      'It reached a limit of its own, such as its number of turns.',
      'It left the task’s branch for another history.',
    ],
    fix: [
      'Read the end of its output: flotilla logs <issue> <task> --raw',
      'Start it again: flotilla orchestrate <issue> --retry',
    ],
  },
  'timed-out': {
    means:
      'The task took longer than an agent may (--timeout, 30 minutes by default), and was ended. Its branch is kept.',
    causes: [
      'The task is too large for one agent.',
      'The agent waits for a program that does not end, such as a server or a watcher.',
      'Too many agents shared the machine.',
    ],
    fix: [
      'Give it twice the time: flotilla orchestrate <issue> --retry --timeout 3600',
      'Split the task.',
      'Run fewer agents at once (--max-workers).',
    ],
  },
  stalled: {
    means:
      'The agent gave no sign of life for a while (--stall, 300 seconds by default): no output, no changed file, no time on the processor.',
    causes: [
      'It waits for input that nobody gives.',
      "Its connection to the model's provider hangs.",
    ],
    fix: [
      'Read the end of its output: flotilla logs <issue> <task>',
      'Start it again: flotilla orchestrate <issue> --retry',
      'If it was only quiet, allow more: --stall 600',
    ],
  },
  'check-failed': {
    means:
      'A check that must pass before a pull request is opened does not pass on the branch, as run by us, even after the agent was shown its output.',
    causes: [
      'The work breaks a test, or its own test fails.',
      'The code does not compile, or imports a module that another task is to create.',
      'The workspace lacks a package or a program that the check needs.',
    ],
    fix: [
      'Read the output of the check; the summary shows its end and names its log.',
      'When several tasks fail alike, fix what they share first: the setup (--setup), the check (--check) or the base.',
      'Start it again, from the work that is there: flotilla orchestrate <issue> --retry',
    ],
  },
  conflicted: {
    means:
      'The work cannot be joined with other work: both change the same places, and git cannot tell which is right. The failure lists the files.',
    causes: [
      'Two tasks change the same lines.',
      'The agent began a merge and left it with conflicts.',
    ],
    fix: [
      'Merge the other pull request first, then: flotilla orchestrate <issue> --retry',
      'Give shared files to one task, or order the tasks by phases.',
    ],
  },
  'provider-limited': {
    means:
      "The model's provider refuses further requests for now. The work that was done until then is kept.",
    causes: [
      "The account's limit for this hour or week is used up.",
      'The provider is overloaded.',
    ],
    fix: [
      'Wait until the limit resets; the failure says when, if the provider told.',
      'Then: flotilla orchestrate <issue> --retry, with fewer agents (--max-workers) if it comes again.',
    ],
  },
  unauthenticated: {
    means: 'The agent is not signed in, or the provider refused its key.',
    causes: [
      'The program was never signed in on this account of the machine.',
      'The key expired, or stands in a variable that agents do not get.',
    ],
    fix: [
      'Run the agent by hand once and sign in.',
      'Hand a key over by its name: flotilla orchestrate <issue> --retry --env NAME',
      'flotilla doctor tells what it finds.',
    ],
  },
  'turned-down': {
    means:
      'The forge has a branch for the task that this run did not make: people closed its pull request, or merged it elsewhere, or the branch is their own. No agent was started, and nothing was overwritten.',
    causes: [
      'An earlier run, whose state was lost or lies on another machine, published the work, and somebody closed its pull request.',
      'Its pull request went into another branch than the base of this run.',
      'Somebody pushed a branch of that name.',
    ],
    fix: [
      'Reopen the pull request, and what it holds is taken over: flotilla orchestrate <issue> --retry',
      'Or delete the branch, and the task is done anew: flotilla orchestrate <issue> --retry',
      'Or check the task off in the issue.',
    ],
  },
  'forge-error': {
    means:
      'The forge (GitHub, or the local one) refused a request or did not answer. The work is verified and kept.',
    causes: [
      'GitHub API rate limit exceeded: too many requests in a short time.',
      'The token may not push or open pull requests.',
      'The network is not reachable.',
    ],
    fix: [
      'Look at access and limits: gh auth status; gh api rate_limit',
      'Start it again: flotilla orchestrate <issue> --retry. Nothing is done twice.',
    ],
  },
  'not-started': {
    means: "The agent's program could not be started at all.",
    causes: [
      'It is not installed, or not on PATH.',
      'It needs a library or a newer Node.',
      'The file may not be executed.',
    ],
    fix: [
      'Run it by hand.',
      'flotilla doctor tells what is missing.',
      'Choose another one with --agent.',
    ],
  },
  'setup-failed': {
    means:
      'The command that prepares a workspace failed before the agent began, so no token was spent.',
    causes: [
      'Packages could not be fetched.',
      'A program that the setup calls is missing.',
      'The setup counts on files that git ignores.',
    ],
    fix: [
      'Run the same command in a fresh clone of the repository.',
      'Give another one: flotilla orchestrate <issue> --retry --setup CMD',
    ],
  },
  'out-of-resources': {
    means: 'The memory or the disk of the machine did not hold one more agent.',
    causes: ['Too many agents at once.', 'Other programs, or old workspaces.'],
    fix: [
      'Look: free -h; df -h',
      'Make room: flotilla clean shows what can go.',
      'Run fewer agents: flotilla orchestrate <issue> --retry --max-workers 2',
    ],
  },
  'over-budget': {
    means:
      'The limit of cost (--max-cost) or of turns (--max-turns) was reached. What was done is kept.',
    causes: ['The task is larger than the limit.', 'The agent went in circles.'],
    fix: [
      'Read what it did: flotilla logs <issue> <task>',
      'Raise the limit, choose a cheaper model (--model), or split the task.',
    ],
  },
  invalid: {
    means:
      'Something that the task needs was not as it must be, so that Flotilla could not go on with it.',
    causes: [
      'The branch holds a key, or a file that GitHub refuses.',
      'The issue changed while the run went on.',
      'The workspace or its branch was changed from outside.',
    ],
    fix: [
      'Read the message.',
      'Check the issue: flotilla orchestrate <issue> --dry-run',
      'Start again: flotilla orchestrate <issue> --retry --fresh',
    ],
  },
};
