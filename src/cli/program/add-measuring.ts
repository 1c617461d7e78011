import { parseMonth, parseSince } from '../../app/metrics-period.ts';
import type { AddCommands } from './add-commands.ts';
import { issueArgument } from './help-texts.ts';

/** What all that was worth. */
export const addMeasuring: AddCommands = (program, context, run) => {
  program
    .command('metrics')
    .description('what the runs of this repository, or of one issue, achieved')
    .argument('[issue]', issueArgument)
    .option('--since <span>', 'runs that began since: 30d, 2w, or a date', parseSince)
    .option('--month <month>', 'runs that began in it: 2026-11', parseMonth)
    .option('--all', 'the runs of all repositories of this user')
    .option('--json', 'one object')
    .action(async (issue, options) => {
      const { metrics } = await import('../commands/metrics.ts');
      await run(metrics(issue, options, context));
    });
};
