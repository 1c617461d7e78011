import type { ClueKind } from './failure-clue.ts';
import type { FailureReason } from './failure.ts';

/** Why something failed, as a rule, and what fixes it; both are whole sentences. */
export type Remedy = { readonly cause: string; readonly fix: string };

const byKind: Partial<Record<ClueKind, Remedy>> = {
  'missing-export': {
    cause: 'A module is there, but does not export what the code imports from it.',
    fix: 'Agree on the name in the issue, or merge the task that adds the export before the one that uses it.',
  },
  'command-not-found': {
    cause: 'A program that the setup or a check calls is not installed, or not on PATH.',
    fix: 'Install it, let the setup command install it (--setup), or correct the check (--check).',
  },
  'disk-full': {
    cause: 'The disk, or a quota on it, is full.',
    fix: 'Make room (df -h; flotilla clean shows what it can remove), then retry with fewer agents.',
  },
  'out-of-memory': {
    cause: 'The memory was too small for what ran at the same time.',
    fix: 'Close other programs (free -h), then retry with fewer agents.',
  },
  'too-many-files': {
    cause: 'A limit on open files or file watchers was reached.',
    fix: 'Raise the limit (ulimit -n, or fs.inotify.max_user_watches), or retry with fewer agents.',
  },
  'port-in-use': {
    cause: 'A port was taken, as happens when tests that run side by side use one fixed port.',
    fix: 'Let the tests listen on PORT or TEST_DB_PORT, which differ for each agent, or on port 0; or retry with --max-workers 1.',
  },
  permission: {
    cause: 'The account is not allowed to read or write a path.',
    fix: 'Correct its owner or mode, or point the program at a path in TEMP_DIR or CACHE_DIR.',
  },
  network: {
    cause: 'A service that the work needs did not answer, or the network is not reachable.',
    fix: 'Start the service, or look at the network and the proxy variables, then retry.',
  },
  'rate-limited': {
    cause: 'A provider refuses further requests for now.',
    fix: 'Wait until the limit resets, then retry, with fewer agents if it happens again.',
  },
  credentials: {
    cause: 'A program is not signed in, or its key was refused.',
    fix: 'Sign in, or pass the variable with the key to the agents (--env NAME), then retry.',
  },
  'compile-error': {
    cause: 'The code does not compile.',
    fix: 'Read the first error in the log; retry continues from the work that is there.',
  },
  'test-failure': {
    cause: 'A test fails with the work of the task.',
    fix: 'Compare what the test expects with what the task asks for; say in the issue which of them is right, then retry from the work that is there.',
  },
  'test-timeout': {
    cause: 'A test, or the check as a whole, took longer than it is allowed.',
    fix: 'Look for something that waits for ever; if it is only slow, give it more time (--check-timeout).',
  },
};

const byReason: Record<FailureReason, Remedy> = {
  'no-commits': {
    cause: 'The agent ended, and its branch has no changes.',
    fix: 'Read its log. Say in the issue which files and behaviour the task is about, then retry.',
  },
  'out-of-scope': {
    cause: 'The branch changes files that only another task declared.',
    fix: 'Move the work to the task that owns the files, name the files in both tasks, or allow it with --allow-out-of-scope.',
  },
  'agent-failed': {
    cause: "The agent's program ended with an error.",
    fix: 'Read its log, then retry.',
  },
  'timed-out': {
    cause: 'The task took longer than its time limit.',
    fix: 'Give it more time (--timeout), or split the task.',
  },
  stalled: {
    cause: 'The agent gave no sign of life: no output, no change, no CPU time.',
    fix: 'Read the end of its log. Allow longer silence (--stall) if it was working; otherwise retry.',
  },
  'check-failed': {
    cause: 'A check that must pass before a pull request does not.',
    fix: 'Read the log of the check; retry continues from the work that is there.',
  },
  conflicted: {
    cause: 'Two lines of work change the same places.',
    fix: 'Merge the other branch first and retry, so that this task starts from the result.',
  },
  'provider-limited': {
    cause: "The model's provider refuses further requests for now.",
    fix: 'Wait until the limit resets, then retry, with fewer agents if it comes again.',
  },
  unauthenticated: {
    cause: 'The agent is not signed in, or its key was refused.',
    fix: 'Sign the agent in, or set its key, then retry. flotilla doctor checks both.',
  },
  'forge-error': {
    cause: 'The forge refused a request, or did not answer.',
    fix: 'Look at access and limits (gh auth status; gh api rate_limit), then retry: what was done is not done again.',
  },
  'turned-down': {
    cause:
      'People turned down what an earlier run published for the task, or the branch is theirs.',
    fix: 'Reopen the pull request, delete the branch, or check the task off in the issue; then retry.',
  },
  'not-started': {
    cause: "The agent's program could not be started.",
    fix: 'Check that it is installed and runs by hand; flotilla doctor shows what is missing.',
  },
  'setup-failed': {
    cause: 'The setup command failed in the fresh workspace, before the agent began.',
    fix: 'Run the setup command in a fresh clone, correct it (--setup), then retry.',
  },
  'out-of-resources': {
    cause: 'The machine had no room for one more agent.',
    fix: 'Free memory or disk (free -h; df -h), or retry with fewer agents.',
  },
  'over-budget': {
    cause: 'The limit of cost was reached.',
    fix: 'Raise it (--max-cost), choose a cheaper model (--model), or split the task.',
  },
  invalid: {
    cause: 'Something that the task needs was not in the required state.',
    fix: 'Read the message. If the issue is at fault, flotilla orchestrate with --dry-run checks it.',
  },
};

const missingPackage: Remedy = {
  cause: 'A package that the code imports is not installed in the workspaces.',
  fix: "Add it to the project's dependencies on the base, or install it with --setup, then retry.",
};

const missingOwnModule: Remedy = {
  cause:
    'Import error: module not found. The code imports a module of the project that does not exist on its branch.',
  fix: 'Make sure that shared code exists first: run or merge the task that creates the module, then retry.',
};

/** What to say about a failure: by its evidence, or otherwise by its reason. */
export function remedyOf(
  reason: FailureReason,
  evidence: { readonly kind: ClueKind; readonly isProjectModule: boolean },
): Remedy {
  if (evidence.kind === 'missing-module')
    return evidence.isProjectModule ? missingOwnModule : missingPackage;
  const isTold = reason === 'provider-limited' || reason === 'unauthenticated';
  return (isTold ? undefined : byKind[evidence.kind]) ?? byReason[reason];
}
