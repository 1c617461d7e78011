import { Option, type Command } from '@commander-js/extra-typings';
import type { CommandContext } from '../command-context.ts';
import { issueArgument, trustOption } from './help-texts.ts';

/** Adds `merge` to the program: the last mile, from pull requests to a merged base. */
export function addMerging(
  program: Command,
  context: CommandContext,
  run: (command: Promise<number>) => Promise<void>,
): void {
  program
    .command('merge')
    .description('judge all finished branches together, then merge them one after another')
    .argument('<issue>', issueArgument)
    .addOption(
      new Option('--method <how>', 'how a pull request comes into the base').choices([
        'squash',
        'merge',
        'rebase',
      ] as const),
    )
    .addOption(
      new Option('--merge <policy>', 'what a pull request must be').choices([
        'verified',
        'approved',
      ] as const),
    )
    .addOption(
      new Option('--require <policy>', 'the same as --merge').choices([
        'verified',
        'approved',
      ] as const),
    )
    .option('--no-resolve', 'ask no agent to resolve conflicts or to fix what is red together')
    .option('--take-over', 'take the issue over from another machine that works on it, or did')
    .option(
      '--accept-check-changes',
      'let merged changes to what the checks are count alone from now on',
    )
    .option('--yes', 'do not ask')
    .option(...trustOption)
    .option('--json', 'one object')
    .action(async (issue, options) => {
      const { merge } = await import('../commands/merge.ts');
      await run(merge(issue, options, context));
    });
}
