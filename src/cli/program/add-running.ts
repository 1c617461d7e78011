import type { AddCommands } from './add-commands.ts';
import { withRunOptions, withSome } from './add-options.ts';
import { issueArgument, orchestrateHelp } from './help-texts.ts';

/** The main job: a run of a master issue, and a rehearsal of one. */
export const addRunning: AddCommands = (program, context, run) => {
  withRunOptions(
    program
      .command('orchestrate')
      .aliases(['run', 'parallel-orchestrate'])
      .description(
        'plan a master issue, run its sub-tasks, verify them, open their pull requests (also: parallel-orchestrate)',
      )
      .argument('<issue>', issueArgument)
      .addHelpText('after', orchestrateHelp),
  ).action(async (issue, options) => {
    const { orchestrate } = await import('../commands/orchestrate.ts');
    await run(orchestrate(issue, options, context));
  });
  withRunOptions(
    program
      .command('resume')
      .description('the same for an issue that has a run; without an issue, the newest one')
      .argument('[issue]', issueArgument),
  ).action(async (issue, options) => {
    const { resume } = await import('../commands/resume.ts');
    await run(resume(issue, options, context));
  });
  withSome(
    program
      .command('demo')
      .description(
        'make a sample repository with a master issue and run it, with no token and no model',
      )
      .option('--dir <path>', 'a new folder'),
    { agent: 'a real agent instead of the rehearsal', plain: null },
  ).action(async (options) => {
    const { demo } = await import('../commands/demo.ts');
    await run(demo(options, context));
  });
};
