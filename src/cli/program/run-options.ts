import { Option, type Command, type OptionValues } from '@commander-js/extra-typings';
import { withForgeOptions } from './forge-options.ts';
import { withPlanOptions } from './plan-options.ts';
import {
  collect,
  collectNames,
  parseAmount,
  parseBatches,
  parseCount,
  parseDuration,
  parseOrdinals,
  parsePercent,
} from './option-values.ts';

/** The options of a run. */
export function withRunOptions<Args extends unknown[]>(command: Command<Args>) {
  return withPlanOptions(withDivisionOptions(withForgeOptions(command)))
    .option('--dry-run', 'show the plan; write nothing')
    .option('--max-workers <n>', 'agents at once (default: 5, never above the cores)', parseCount)
    .option('--timeout <duration>', 'per agent: seconds, or 30m, 2h (default: 30m)', parseDuration)
    .option(
      '--check-timeout <duration>',
      'for one check, and for the setup (default: 10m)',
      parseDuration,
    )
    .option('--run-timeout <duration>', 'for the whole run (default: none)', parseDuration)
    .option(
      '--stall <duration>',
      'no sign of life for so long is a stall; twice that ends the agent (default: 5m)',
      parseDuration,
    )
    .option('--retry', 'the failed tasks, too')
    .option('--fresh', 'with --retry: from the base again')
    .option(
      '--agent <name>',
      'claude, codex, gemini, opencode, copilot, acp:<command>, command:<command> (default: claude)',
    )
    .option('--model <name>', 'handed to the agent')
    .option('--max-cost <usd>', 'for one agent, and then for the run', parseAmount)
    .option('--max-turns <n>', 'for one agent: by its own count, else uses of a tool', parseCount)
    .addOption(
      new Option(
        '--sandbox <when>',
        'bubblewrap around agent, setup and checks (default: auto)',
      ).choices(['auto', 'on', 'off'] as const),
    )
    .option('--env <name>', 'a variable that the agent may see (repeatable)', collectNames)
    .option('--base <branch>', 'where work starts (default: the default branch)')
    .option('--setup <command>', 'prepares a workspace (default: by the lock file)')
    .option(
      '--check <command>',
      'must pass before a pull request (repeatable; default: by the project)',
      collect,
    )
    .option('--allow-out-of-scope', "let tasks touch other tasks' files")
    .option(
      '--success-threshold <percent>',
      'partial success from here (default: 80)',
      parsePercent,
    )
    .option('--json', 'print events as NDJSON; with --dry-run, the plan as one object')
    .option('--plain', 'plain lines instead of the live view')
    .option('--assist', 'let the agent propose sub-tasks; nothing is applied or run')
    .option('--yes', 'go on over warnings')
    .option('--force', 'go on over a negative verdict');
}

/** The options of which tasks are worked on, and what waits for what. */
function withDivisionOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .option('--tasks <ordinals>', 'only these: 1,2,5-7 (default: all that are open)', parseOrdinals)
    .option('--batch-size <n>', 'so many tasks, then the next ones', parseCount)
    .option('--batch <ordinals>', 'these tasks, then those: "1,2,4,5;3"', parseBatches)
    .option(
      '--independent <ordinals>',
      'these wait for no other task, whatever the issue was read to say: 3,5',
      parseOrdinals,
    )
    .addOption(
      new Option(
        '--stack <when>',
        'dependent and colliding tasks on the branch before (default: auto)',
      ).choices(['auto', 'never'] as const),
    );
}

/** The options of what comes after the work. */
export function withMergeOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(
      new Option(
        '--on-conflict <what>',
        'work that collides: hold the later task? (default: tell)',
      ).choices(['tell', 'pause', 'stack'] as const),
    )
    .addOption(
      new Option('--merge <when>', 'go on to merging by itself (default: never)').choices([
        'never',
        'approved',
        'verified',
      ] as const),
    )
    .option(
      '--max-unreviewed <n>',
      'start nothing new while so many pull requests are open without a review',
      parseCount,
    )
    .option(
      '--accept-check-changes',
      'let merged changes to what the checks are count alone in later phases',
    );
}

/** The options of what is measured. */
export function withMeasureOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command.option(
    '--solo-control <n>',
    'run so many tasks a second time, alone, to measure the speedup; costs as much again',
    parseCount,
  );
}
