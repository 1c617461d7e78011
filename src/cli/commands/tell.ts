import { tellAgent } from '../../app/steer/tell-agent.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import type { CommandContext } from '../command-context.ts';
import { readWords } from '../read-words.ts';

export type TellParams = {
  readonly issue: string;
  readonly task: number;
  /** `-`: they come on standard input. */
  readonly words: readonly string[];
};

/** `flotilla tell <issue> <task> <text>`: has an agent continue with a person's words. */
export async function tell(
  { issue, task, words }: TellParams,
  context: CommandContext,
): Promise<number> {
  const outcome = await tellAgent({ issue, task, text: await readWords(words, context) }, context);
  switch (outcome.kind) {
    case 'now':
      context.stdout.write(`The agent of task ${task} continues with your words.\n`);
      return exitCodes.succeeded;
    case 'later':
      context.stdout.write(`Nobody works on the run now: the next start has your words.\n`);
      return exitCodes.succeeded;
    case 'over':
      context.stderr.write(
        `Task ${task} is ${outcome.task.status}: nobody works on it. What its pull request needs: flotilla address; another try: --retry.\n`,
      );
      return exitCodes.other;
  }
}
