import type { FailureType } from '../../model/failure/failure.ts';
import type { Explanation } from './catalogue-entry.ts';
import { reasonCatalogue } from './reason-catalogue.ts';

const retry = 'Start it again: flotilla orchestrate <issue> --retry';

/** Everything that is said of a type, as it stands in `error` of status files. What helps depends on reason and clue. */
export const typeCatalogue: Readonly<Record<FailureType, Explanation>> = {
  IMPORT_CONFLICT: {
    means:
      'Import error: module not found. The code imports a module, or a name from one, that does not exist on its branch.',
    causes: [
      'Another task creates the module, and its branch is not merged yet.',
      'Two tasks disagree on the name of a file or an export.',
      'A package is not installed in the workspaces.',
    ],
    fix: [
      'Make sure that shared code exists first: run or merge the task that creates it. The failure names that task.',
      'For a package: add it on the base, or install it with --setup.',
      retry,
    ],
  },
  TEST_FAILURE: {
    means: 'A check ran and did not pass.',
    causes: [
      'The work breaks a test.',
      'Its own test expects something other than what the code does.',
      'Tests that run side by side share a port, a database or a file.',
    ],
    fix: [
      'Read the log of the check.',
      'Let tests use PORT, TEST_DB_PORT, CACHE_DIR and TEMP_DIR, which differ for each agent.',
      retry,
    ],
  },
  TEST_TIMEOUT: {
    means: 'A test, or a check as a whole, took longer than it is allowed.',
    causes: [
      'A test waits for something that never comes.',
      'The machine was busy with other agents.',
    ],
    fix: [
      'Look in the log for the test that ran last.',
      'Give checks more time: flotilla orchestrate <issue> --retry --check-timeout 1200',
      'Run fewer agents at once (--max-workers).',
    ],
  },
  BUILD_ERROR: {
    means: 'The code does not compile, or a check of its types or style does not pass.',
    causes: ['An error in the work.', 'The work needs a change that another task makes.'],
    fix: ['Read the first error in the log.', retry],
  },
  FILE_CONFLICT: {
    means: 'The work and other work change the same places of the same files.',
    causes: ['Two tasks share a file.', 'The base moved while the task ran.'],
    fix: [
      'Merge in a logical order, base features first.',
      'Give shared files to one task.',
      retry,
    ],
  },
  API_ERROR: {
    means: "The forge's or the model provider's interface refused a request.",
    causes: [
      'A limit on requests was reached.',
      'A token or key is missing, expired or lacks a permission.',
      'The network is not reachable.',
    ],
    fix: [
      'Look at access and limits: gh auth status; gh api rate_limit',
      'Wait until a limit resets.',
      retry,
    ],
  },
  TIMEOUT: {
    means: 'The agent took too long, or gave no sign of life.',
    causes: ['The task is too large.', 'The agent waits for something.'],
    fix: [
      'Give it more time: flotilla orchestrate <issue> --retry --timeout 3600',
      'Split the task.',
    ],
  },
  VALIDATION_ERROR: {
    means: reasonCatalogue.invalid.cause,
    causes: [
      'The issue or the configuration is at fault.',
      'The workspace was changed from outside.',
    ],
    fix: ['Check the issue: flotilla orchestrate <issue> --dry-run', retry],
  },
  RESOURCE_ERROR: {
    means:
      'Something that every agent needs was not there: the program, a prepared workspace, memory, disk, or budget.',
    causes: [
      "The agent's program or the setup command does not run.",
      'The machine is too small for this many agents.',
    ],
    fix: [
      'flotilla doctor shows what is missing.',
      'Look: free -h; df -h',
      'Run fewer agents: flotilla orchestrate <issue> --retry --max-workers 2',
    ],
  },
  UNKNOWN: {
    means: 'The failure fits none of the other types; the reason next to it says more.',
    causes: [
      'The agent made no change (no-commits).',
      'The agent ended with an error (agent-failed).',
      'The work went out of its scope (out-of-scope).',
    ],
    fix: ['flotilla explain <reason>', 'Read the log: flotilla logs <issue> <task>'],
  },
};
