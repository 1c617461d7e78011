import type { FailureReason } from '../../model/failure/failure.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';

/** Everything that is said of a failure because of its reason. */
export const reasonCatalogue: Readonly<Record<FailureReason, CatalogueEntry>> = {
  'no-commits': {
    cause: 'The agent ended, and its branch has no changes.',
    fix: 'Read its log. Say in the issue which files and behaviour the task is about, then retry.',
    explanation: {
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
  },
  'out-of-scope': {
    cause: 'The branch changes files that only another task declared.',
    fix: 'Move the work to the task that owns the files, name the files in both tasks, or allow it with --allow-out-of-scope.',
    explanation: {
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
  },
  'agent-failed': {
    cause: "The agent's program ended with an error.",
    fix: 'Read its log, then retry.',
    explanation: {
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
  },
  'timed-out': {
    cause: 'The task took longer than its time limit.',
    fix: 'Give it more time (--timeout), or split the task.',
    explanation: {
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
  },
  stalled: {
    cause: 'The agent gave no sign of life: no output, no changed file, no CPU time.',
    fix: 'Read the end of its log. Allow longer silence (--stall) if it was working; otherwise retry.',
    explanation: {
      means:
        'The agent gave no sign of life for a while (--stall, 300 seconds by default): no output, no changed file, no CPU time.',
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
  },
  'check-failed': {
    cause: 'A check that must pass before a pull request does not.',
    fix: 'Read the log of the check; retry continues from the work that is there.',
    explanation: {
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
  },
  conflicted: {
    cause: 'Two lines of work change the same places.',
    fix: 'Merge the other branch first and retry, so that this task starts from the result.',
    explanation: {
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
  },
  'provider-limited': {
    cause: "The model's provider refuses further requests for now.",
    fix: 'Wait until the limit resets, then retry, with fewer agents if it happens again.',
    explanation: {
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
  },
  unauthenticated: {
    cause: 'The agent is not signed in, or the provider refused its key.',
    fix: 'Sign the agent in, or set its key, then retry. flotilla doctor checks both.',
    explanation: {
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
  },
  'turned-down': {
    cause:
      'People turned down what an earlier run published for the task, or the branch is theirs.',
    fix: 'Reopen the pull request, delete the branch, or check the task off in the issue; then retry.',
    explanation: {
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
  },
  'forge-error': {
    cause: 'The forge refused a request, or did not answer.',
    fix: 'Look at access and limits (gh auth status; gh api rate_limit), then retry: what was done is not done again.',
    explanation: {
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
  },
  'not-started': {
    cause: "The agent's program could not be started.",
    fix: 'Check that it is installed and runs by hand; flotilla doctor shows what is missing.',
    explanation: {
      means: "The agent's program could not be started.",
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
  },
  'setup-failed': {
    cause: 'The setup command failed in the fresh workspace, before the agent began.',
    fix: 'Run the setup command in a fresh clone, correct it (--setup), then retry.',
    explanation: {
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
  },
  'out-of-resources': {
    cause: 'The memory or the disk of the machine had no room for one more agent.',
    fix: 'Free memory or disk (free -h; df -h), or retry with fewer agents.',
    explanation: {
      means: 'The memory or the disk of the machine had no room for one more agent.',
      causes: ['Too many agents at once.', 'Other programs, or old workspaces.'],
      fix: [
        'Look: free -h; df -h',
        'Make room: flotilla clean shows what can be removed.',
        'Run fewer agents: flotilla orchestrate <issue> --retry --max-workers 2',
      ],
    },
  },
  'over-budget': {
    cause: 'The limit of cost (--max-cost) or of turns (--max-turns) was reached.',
    fix: 'Raise the limit, choose a cheaper model (--model), or split the task.',
    explanation: {
      means:
        'The limit of cost (--max-cost) or of turns (--max-turns) was reached. What was done is kept.',
      causes: ['The task is larger than the limit.', 'The agent went in circles.'],
      fix: [
        'Read what it did: flotilla logs <issue> <task>',
        'Raise the limit, choose a cheaper model (--model), or split the task.',
      ],
    },
  },
  invalid: {
    cause: 'Something that the task needs was not in the required state.',
    fix: 'Read the message. If the issue is at fault, flotilla orchestrate with --dry-run checks it.',
    explanation: {
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
  },
};
