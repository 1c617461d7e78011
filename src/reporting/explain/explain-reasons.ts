import type { FailureReason } from '../../model/failure/failure.ts';
import type { Explanation } from './explanation.ts';

/** Why a task did not succeed, word by word. */
export const reasonExplanations: Readonly<Record<FailureReason, Explanation>> = {
  'no-commits': {
    means:
      'The agent ended, and its branch holds no change: neither a commit of its own nor a file that we could commit for it. What the agent said about its work does not count.',
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
      'The branch changes files that only another task declared, so the two pull requests would collide. The agent was asked once to restore them, and they are still changed. The failure lists the files.',
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
      "The agent's program exited with an error, so its work was not examined. Its branch is kept.",
    causes: [
      'The program crashed, or was ended from outside.',
      'It reached a limit of its own, such as its number of turns.',
      'It replaced the history of the task’s branch.',
    ],
    fix: [
      'Read the end of its output: flotilla logs <issue> <task> --raw',
      'Start it again: flotilla orchestrate <issue> --retry',
    ],
  },
  'timed-out': {
    means:
      'The task took longer than an agent is allowed (--timeout, 30 minutes by default), and was ended. Its branch is kept.',
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
      'It waits for input that never comes.',
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
      'A check that must pass before a pull request is opened fails on the branch when we run it, even after the agent was shown its output.',
    causes: [
      'The work breaks a test, or its own test fails.',
      'The code does not compile, or imports a module that another task creates.',
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
      'The work cannot be merged with other work: both change the same places, and git cannot tell which is right. The failure lists the files.',
    causes: [
      'Two tasks change the same lines.',
      'The agent began a merge and left its conflicts unresolved.',
    ],
    fix: [
      'Merge the other pull request first, then: flotilla orchestrate <issue> --retry',
      'Give shared files to one task, or put the tasks into phases.',
    ],
  },
  'provider-limited': {
    means: "The model's provider refuses further requests for now. The work done so far is kept.",
    causes: [
      "The account's limit for this hour or week is used up.",
      'The provider is overloaded.',
    ],
    fix: [
      'Wait until the limit resets; the failure says when, if the provider said so.',
      'Then: flotilla orchestrate <issue> --retry, with fewer agents (--max-workers) if it happens again.',
    ],
  },
  unauthenticated: {
    means: 'The agent is not signed in, or the provider refused its key.',
    causes: [
      'The program was never signed in on this account of the machine.',
      'The key expired, or is in a variable that agents do not get.',
    ],
    fix: [
      'Run the agent by hand once and sign in.',
      'Pass a key by its name: flotilla orchestrate <issue> --retry --env NAME',
      'flotilla doctor shows what it finds.',
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
      'Reopen the pull request, and its work is taken over: flotilla orchestrate <issue> --retry',
      'Or delete the branch, and the task is done from scratch: flotilla orchestrate <issue> --retry',
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
      'The file is not executable.',
    ],
    fix: [
      'Run it by hand.',
      'flotilla doctor shows what is missing.',
      'Choose another one with --agent.',
    ],
  },
  'setup-failed': {
    means:
      'The command that prepares a workspace failed before the agent began, so no token was spent.',
    causes: [
      'Packages could not be fetched.',
      'A program that the setup calls is missing.',
      'The setup needs files that git ignores.',
    ],
    fix: [
      'Run the same command in a fresh clone of the repository.',
      'Give another one: flotilla orchestrate <issue> --retry --setup CMD',
    ],
  },
  'out-of-resources': {
    means: 'The memory or the disk of the machine had no room for one more agent.',
    causes: ['Too many agents at once.', 'Other programs, or old workspaces.'],
    fix: [
      'Look: free -h; df -h',
      'Make room: flotilla clean shows what can be removed.',
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
      'Something that the task needs was not in the required state, so Flotilla could not continue.',
    causes: [
      'The branch holds a key, or a file that GitHub refuses.',
      'The issue changed during the run.',
      'The workspace or its branch was changed from outside.',
    ],
    fix: [
      'Read the message.',
      'Check the issue: flotilla orchestrate <issue> --dry-run',
      'Start again: flotilla orchestrate <issue> --retry --fresh',
    ],
  },
};
