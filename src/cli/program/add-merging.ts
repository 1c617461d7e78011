import { Option, type Command } from '@commander-js/extra-typings';
import type { CommandContext } from '../command-context.ts';
import { withSome } from './add-options.ts';
import { issueArgument } from './help-texts.ts';
import { collectCounts } from './option-values.ts';

/** Adds `merge` and `undo` to the program: from pull requests to a merged base, and back. */
export function addMerging(
  program: Command,
  context: CommandContext,
  run: (command: Promise<number>) => Promise<void>,
): void {
  withSome(
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
      .option('--no-resolve', 'ask no agent to resolve conflicts or to fix what is red together'),
    {
      takeOver: null,
      acceptCheckChanges: 'let merged changes to what the checks are count alone from now on',
      yes: 'do not ask',
      trust: null,
      json: 'one object',
    },
  ).action(async (issue, options) => {
    const { merge } = await import('../commands/merge.ts');
    await run(merge(issue, options, context));
  });
  withSome(
    program
      .command('undo')
      .description('open the pull request that takes back what a run merged')
      .argument('<issue>', issueArgument)
      .argument('[task...]', 'their numbers; none: all that are merged', collectCounts),
    { takeOver: null, yes: 'do not ask', trust: null, json: 'one object' },
  ).action(async (issue, tasks = [], options) => {
    const { undo } = await import('../commands/undo.ts');
    await run(undo({ issue, tasks }, options, context));
  });
}
