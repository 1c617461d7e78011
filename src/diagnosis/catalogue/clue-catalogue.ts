import type { ClueKind } from '../../model/failure/failure-clue.ts';
import type { Remedy } from './catalogue-entry.ts';

/** What is said of a clue, which says more than the reason of its failure; `other` says nothing. */
export const clueCatalogue: Readonly<
  Record<Exclude<ClueKind, 'missing-module' | 'other'>, Remedy>
> = {
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

/** Of a missing module that no task could have created. */
export const missingPackage: Remedy = {
  cause: 'A package that the code imports is not installed in the workspaces.',
  fix: "Add it to the project's dependencies on the base, or install it with --setup, then retry.",
};

/** Of one that the project itself should hold. */
export const missingOwnModule: Remedy = {
  cause:
    'Import error: module not found. The code imports a module of the project that does not exist on its branch.',
  fix: 'Make sure that shared code exists first: run or merge the task that creates the module, then retry.',
};
