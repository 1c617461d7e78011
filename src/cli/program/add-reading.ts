import { Option as Flag } from '@commander-js/extra-typings';
import type { AddCommands } from './add-commands.ts';
import { issueArgument } from './help-texts.ts';
import { parseCount, parsePort } from './option-values.ts';

/** How runs stand, and what they did. */
export const addReading: AddCommands = (program, context, run) => {
  program
    .command('status')
    .description('how a run stands; without an issue, the newest one')
    .argument('[issue]', issueArgument)
    .option('--json', 'one object')
    .option('--watch', 'go on as it happens')
    .action(async (issue, options) => {
      const { status } = await import('../commands/status.ts');
      await run(status(issue, options, context));
    });
  program
    .command('runs')
    .description('all runs of this repository')
    .option('--json', 'one array')
    .action(async (options) => {
      const { runs } = await import('../commands/runs.ts');
      await run(runs(options, context));
    });
  program
    .command('list')
    .description(
      'the runs of all your repositories that are open, or the newest, and what waits for you',
    )
    .option('--json', 'one array')
    .action(async (options) => {
      const { list } = await import('../commands/list.ts');
      await run(list(options, context));
    });
  program
    .command('dashboard')
    .description('all your runs on a page in the browser, until Ctrl-C')
    .option(
      '--port <number>',
      'where it listens, on this machine only (default: any free one)',
      parsePort,
    )
    .option('--no-open', 'print its address, and open no browser')
    .addOption(new Flag('--with-parent').hideHelp())
    .action(async (options) => {
      const { dashboard } = await import('../commands/dashboard.ts');
      await run(dashboard(options, context));
    });
  addTaskReading(program, context, run);
  program
    .command('logs')
    .description("a run's story, or what one task's agent said; without an issue, the newest run's")
    .argument('[issue]')
    .argument('[task]', 'its number', parseCount)
    .option('--follow', 'go on as it happens')
    .option('--raw', "the agent's output as it was")
    .option('--tail <n>', 'only the last so many lines of what is there', parseCount)
    .action(async (issue, task, options) => {
      const { logs } = await import('../commands/logs.ts');
      await run(logs({ issue, task, options }, context));
    });
  program
    .command('clean')
    .description('show what can be removed and why that is safe; --yes removes it')
    .option('--yes', 'remove it')
    .option('--all', 'also what is kept for a retry or a look: salvaged first')
    .option('--discard-ignored', 'also ignored files that are too much to be salvaged')
    .option('--json', 'one object')
    .action(async (options) => {
      const { clean } = await import('../commands/clean.ts');
      await run(clean(options, context));
    });
};

/** What one task made. */
const addTaskReading: AddCommands = (program, context, run) => {
  program
    .command('diff')
    .description("what a task's branch changes")
    .argument('<issue>', issueArgument)
    .argument('<task>', 'its number', parseCount)
    .action(async (issue, task) => {
      const { diff } = await import('../commands/diff.ts');
      await run(diff({ issue, task }, context));
    });
  program
    .command('open')
    .description("a task's workspace, in $EDITOR or a shell")
    .argument('<issue>', issueArgument)
    .argument('<task>', 'its number', parseCount)
    .action(async (issue, task) => {
      const { open } = await import('../commands/open.ts');
      await run(open({ issue, task }, context));
    });
};
