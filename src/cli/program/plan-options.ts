import { Option, type Command, type OptionValues } from '@commander-js/extra-typings';

/** The options of a run that are about who reads its issue. */
export function withPlanOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command.addOption(
    new Option(
      '--reader <who>',
      'agent: the agent also reads issue and plan, once, without tools (default: off)',
    ).choices(['off', 'agent'] as const),
  );
}
