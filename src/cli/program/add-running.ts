import type { AddCommands } from './add-commands.ts';
import { issueArgument, orchestrateHelp, trustOption } from './help-texts.ts';
import { withMeasureOptions, withMergeOptions, withRunOptions } from './run-options.ts';

/** The main job: a run of a master issue, and a rehearsal of one. */
export const addRunning: AddCommands = (program, context, run) => {
  withMeasureOptions(
    withMergeOptions(
      withRunOptions(
        program
          .command('orchestrate')
          .aliases(['run', 'parallel-orchestrate'])
          .description(
            'plan a master issue, run its sub-tasks, verify them, open their pull requests (also: parallel-orchestrate)',
          )
          .argument('<issue>', issueArgument)
          .addHelpText('after', orchestrateHelp),
      ),
    ),
  )
    .option(...trustOption)
    .action(async (issue, options) => {
      const { orchestrate } = await import('../commands/orchestrate.ts');
      await run(orchestrate(issue, options, context));
    });
  withMeasureOptions(
    withMergeOptions(
      withRunOptions(
        program
          .command('resume')
          .description('the same for an issue that has a run; without an issue, the newest one')
          .argument('[issue]', issueArgument),
      ),
    ),
  )
    .option(...trustOption)
    .action(async (issue, options) => {
      const { resume } = await import('../commands/resume.ts');
      await run(resume(issue, options, context));
    });
  program
    .command('demo')
    .description(
      'make a sample repository with a master issue and run it, with no token and no model',
    )
    .option('--dir <path>', 'a new folder')
    .option('--agent <name>', 'a real agent instead of the rehearsal')
    .option('--plain', 'plain lines instead of the live view')
    .action(async (options) => {
      const { demo } = await import('../commands/demo.ts');
      await run(demo(options, context));
    });
};
