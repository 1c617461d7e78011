import type { Command } from '@commander-js/extra-typings';
import { UserError } from '../../model/user-error.ts';
import { plainText } from '../../model/text/plain-text.ts';
import type { CommandContext } from '../command-context.ts';
import type { RunCommand } from './add-commands.ts';

/** Adds `help`, which knows the commands and what `explain` explains. It comes last: it lists the others. */
export function addHelp(program: Command, context: CommandContext, run: RunCommand): void {
  program.helpCommand(false);
  program
    .command('help')
    .description('what a command takes, or what a finding or a failure means')
    .argument('[topic]', 'a command, or a word that explain knows')
    .action(async (topic) => {
      const named = program.commands.find((one) => isCalled(one, topic ?? ''));
      if (topic === undefined) program.outputHelp();
      else if (named !== undefined) named.outputHelp();
      else await run(helpWith(topic));
    });

  const helpWith = async (topic: string): Promise<number> => {
    const { explainedTopics, findTopic } = await import('../../reporting/explain/explain-topic.ts');
    if (findTopic(topic) !== null) {
      const { explain } = await import('../commands/explain.ts');
      return explain(topic, context);
    }
    const { didYouMean } = await import('../../app/place/did-you-mean.ts');
    const known = [...program.commands.map((one) => one.name()), ...Object.values(explainedTopics)];
    const lines = [
      `There is no command ${plainText(topic, 80)}, and nothing called so to explain.`,
      ...didYouMean(topic, known.flat()),
    ];
    throw new UserError({ code: 'usage', message: lines.join('\n') });
  };
}

function isCalled(
  command: { readonly name: () => string; readonly aliases: () => readonly string[] },
  topic: string,
): boolean {
  return command.name() === topic || command.aliases().includes(topic);
}
