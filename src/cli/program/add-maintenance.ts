import type { AddCommands } from './add-commands.ts';
import { issueArgument } from './help-texts.ts';
import { collectCounts, parseCount } from './option-values.ts';

/** What is looked at before a run, and done to one meanwhile. */
export const addMaintenance: AddCommands = (program, context, run) => {
  program
    .command('analyze')
    .description(
      'what the code depends on, what the tasks of an issue depend on, or which files a text will touch',
    )
    .argument(
      '[path...]',
      'folders of a repository, all of it without any; a Markdown file is taken as an issue',
    )
    .option('--check-dependencies', 'shared modules, hub files and import cycles')
    .option('--issue <issue>', 'what each task of this issue depends on')
    .option('--predict <file>', "rank the repository's files for the task in this file")
    .option('--at <commit>', 'as of that commit, from its tree and its history alone')
    .option('--json', 'one object')
    .action(async (paths, options) => {
      const { analyze } = await import('../commands/analyze.ts');
      await run(analyze(paths, options, context));
    });
  program
    .command('cancel')
    .description('end some tasks, or all of a run, from any terminal; their work is kept')
    .argument('<issue>', issueArgument)
    .argument('[task...]', 'their numbers', collectCounts)
    .action(async (issue, tasks) => {
      const { cancel } = await import('../commands/cancel.ts');
      await run(cancel({ issue, tasks: tasks ?? [] }, context));
    });
  program
    .command('answer')
    .description('answer an agent that asks; without a number, list what waits for an answer')
    .argument('<issue>', issueArgument)
    .argument('[id]', 'the number of the question', parseCount)
    .argument('[text...]', 'the answer; - reads it from standard input')
    .option('--json', 'the questions that wait, as an array')
    .action(async (issue, id, text, options) => {
      const { answer } = await import('../commands/answer.ts');
      const isJson = options.json ?? false;
      await run(answer({ issue, question: id ?? null, words: text ?? [], isJson }, context));
    });
  program
    .command('tell')
    .description("say something to a task's agent: it is ended, and continues with your words")
    .argument('<issue>', issueArgument)
    .argument('<task>', 'its number', parseCount)
    .argument('<text...>', 'what to say; - reads it from standard input')
    .action(async (issue, task, text) => {
      const { tell } = await import('../commands/tell.ts');
      await run(tell({ issue, task, words: text }, context));
    });
  program
    .command('explain')
    .description('what a finding or a failure means, and what to do about it')
    .argument('<topic>', 'such as red-base, timed-out or TEST_FAILURE; a wrong one lists them all')
    .action(async (topic) => {
      const { explain } = await import('../commands/explain.ts');
      await run(Promise.resolve(explain(topic, context)));
    });
  program
    .command('rebuild')
    .description("make a run's runtime files again from the journal")
    .argument('[issue]', issueArgument)
    .option('--journal', 'put a damaged journal aside, and make one of what can be read of it')
    .action(async (issue, options) => {
      const { rebuild } = await import('../commands/rebuild.ts');
      await run(rebuild(issue, options, context));
    });
};
