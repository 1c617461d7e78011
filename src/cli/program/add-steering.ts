import type { AddCommands } from './add-commands.ts';
import { withChangeableOptions, withSome } from './add-options.ts';
import { issueArgument } from './help-texts.ts';
import { parseCount } from './option-values.ts';

const more = `
It is in effect at once where the run is worked on, and otherwise from its next start on, until a flag there says
otherwise. Agents at work keep the limits that they started with.

Examples:
  $ flotilla set issue.md --max-workers 3            three agents at once from now on
  $ flotilla set 1234 --timeout 1h --max-cost 20     for the agents that start from now on
  $ flotilla set 1234 --merge verified               merge what is verified, also what is already
`;

const moreOfAdding = `
Write them into the issue first, anywhere in its list: they get the numbers that follow. What the run has stays as it is.

Examples:
  $ flotilla add issue.md                            plan and work them, next to the others
  $ flotilla add 1234 --dry-run                      show what each would wait for
`;

const attaching = `
The agent is ended and the automation of the task waits while you are there. When you leave the program, the agent continues
with the same session.
`;

/** What is changed of a run while it goes on, from any terminal. */
export const addSteering: AddCommands = (program, context, run) => {
  withChangeableOptions(
    program
      .command('set')
      .description('change a run while it goes on, from any terminal')
      .argument('<issue>', issueArgument)
      .addHelpText('after', more),
  ).action(async (issue, options) => {
    const { set } = await import('../commands/set.ts');
    await run(set(issue, options, context));
  });
  withSome(
    program
      .command('add')
      .description('add tasks that were written into the issue to its run')
      .argument('<issue>', issueArgument)
      .addHelpText('after', moreOfAdding),
    {
      dryRun: 'show what would be added; write nothing',
      yes: null,
      force: null,
      json: 'one object',
    },
  ).action(async (issue, options) => {
    const { add } = await import('../commands/add.ts');
    await run(add(issue, options, context));
  });
  program
    .command('attach')
    .description("work in the session of a task's agent, in its own program, in this terminal")
    .argument('<issue>', issueArgument)
    .argument('<task>', 'its number', parseCount)
    .addHelpText('after', attaching)
    .action(async (issue, task) => {
      const { attach } = await import('../commands/attach.ts');
      await run(attach({ issue, task }, context));
    });
  program
    .command('pause')
    .description('start nothing new in a run; agents at work go on')
    .argument('<issue>', issueArgument)
    .action(async (issue) => {
      const { pause } = await import('../commands/pause.ts');
      await run(pause(issue, context));
    });
  program
    .command('continue')
    .description('take a pause back')
    .argument('<issue>', issueArgument)
    .action(async (issue) => {
      const { continuePaused } = await import('../commands/pause.ts');
      await run(continuePaused(issue, context));
    });
  program
    .command('skip')
    .description('leave a task that has not begun out of its run')
    .argument('<issue>', issueArgument)
    .argument('<task>', 'its number', parseCount)
    .action(async (issue, task) => {
      const { skip } = await import('../commands/skip.ts');
      await run(skip({ issue, task }, context));
    });
};
