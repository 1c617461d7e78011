import type { Command } from '@commander-js/extra-typings';
import type { CommandContext } from '../command-context.ts';
import { withSome } from './add-options.ts';
import { issueArgument } from './help-texts.ts';
import { collectCounts, collectTexts } from './option-values.ts';

const more = `
What goes back to an agent:
  - reviews that ask for changes, and conversations that nobody has resolved, of owners, members and
    collaborators of the repository; what others ask is named and left out
  - checks that are red on GitHub, with the end of their logs
  - on the local forge, what you write into the head of a pull request's file:
      review: "changes-requested"
      comments: ["src/cart.js:12: Name it total", "Test the empty cart"]
  - what you say with --remark, about a line, a file ("2:src/cart.js: Split it") or the whole
    ("2: Test the empty cart"); without task numbers, the tasks that are remarked on go back

What the agent commits is checked as usual, pushed to the same branch without force, and answered by a comment
that names the commit. What was answered once is not asked again, until somebody writes again.

Exit codes: 0 all addressed, or nothing to do; 1 some; 2 none; 5 the forge; 130 interrupted.

Examples:
  $ flotilla address 1234          all open pull requests of master issue #1234
  $ flotilla address 1234 2 3      those of its tasks 2 and 3
  $ flotilla address issue.md      the same on the local forge
  $ flotilla address 1234 --remark "2:src/cart.js:12: Name it total" --remark "3: Add a test"
`;

/** Adds `address` to the program. */
export function addAddress(
  program: Command,
  context: CommandContext,
  run: (command: Promise<number>) => Promise<void>,
): void {
  withSome(
    program
      .command('address')
      .description(
        'give open pull requests back to their agents: what reviewers ask, and red checks',
      )
      .argument('<issue>', issueArgument)
      .argument('[task...]', 'their numbers; all without any', collectCounts)
      .option(
        '--remark <text>',
        'what you ask of a task, by its number: "2:src/cart.js:12: Name it total"; again for each',
        collectTexts,
      )
      .addHelpText('after', more),
    {
      agent: 'another agent than the run had',
      model: null,
      maxWorkers: 'agents at once',
      ciFixes: 'how often red checks of what is pushed go back once more',
      trust: null,
      takeOver: null,
      json: 'print events as NDJSON',
      plain: null,
    },
  ).action(async (issue, tasks, options) => {
    const { address } = await import('../commands/address.ts');
    await run(address({ issue, tasks: tasks ?? [], options }, context));
  });
}
