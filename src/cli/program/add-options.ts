import { Option as Flag, type Command, type OptionValues } from '@commander-js/extra-typings';
import { flagOf, helpOf, type Option } from '../../model/options/option.ts';
import { runOptions } from '../../model/options/run-options.ts';
import type { OrchestrateOptions } from '../../app/settings/given-flags.ts';
import { valueReaders, type Reader } from './option-values.ts';

type Name = keyof OrchestrateOptions;

/** What has the options of a run is called with them. */
type WithOptions<Args extends unknown[], Own, Names extends Name> = Command<
  Args,
  Own & Pick<OrchestrateOptions, Names>
>;

/** Adds all options of a run to a command, in their groups. */
export function withRunOptions<Args extends unknown[]>(
  command: Command<Args>,
): WithOptions<Args, OptionValues, Name> {
  for (const [name, option] of Object.entries<Option>(runOptions))
    command.addOption(flagFor(name, option).helpGroup(`${option.group}:`));
  return command;
}

/** The same, where only those are shown that can be changed while a run goes on: what is said of the others is for the command. */
export function withChangeableOptions<Args extends unknown[]>(
  command: Command<Args>,
): WithOptions<Args, OptionValues, Name> {
  for (const [name, option] of Object.entries<Option>(runOptions))
    command.addOption(flagFor(name, { ...option, usually: '' }).hideHelp(!option.mayChange));
  return command;
}

/** Adds some of them: with what help says of each here, or null where that is the same as for a run. */
export function withSome<Args extends unknown[], Own extends OptionValues, Names extends Name>(
  command: Command<Args, Own>,
  helps: { readonly [Each in Names]: string | null },
): WithOptions<Args, Own, Names> {
  for (const [name, help] of Object.entries<string | null>(helps)) {
    const option: Option = runOptions[name as Names];
    command.addOption(flagFor(name, help === null ? option : { ...option, help, usually: '' }));
  }
  return command;
}

function flagFor(name: string, option: Option): Flag {
  const { value, argument } = option;
  const usage = argument === undefined ? flagOf(name) : `${flagOf(name)} <${argument}>`;
  const flag = new Flag(usage, helpOf(option));
  if (value.kind === 'choice') return flag.choices(value.choices);
  const read = valueReaders[value.kind];
  return read === null ? flag : flag.argParser<unknown>(read as Reader<unknown>);
}
