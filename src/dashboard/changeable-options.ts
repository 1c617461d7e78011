import { flagOf, helpOf, type Option } from '../model/options/option.ts';
import { runOptions } from '../model/options/run-options.ts';
import type { FlagKind } from '../model/options/value-kind.ts';

/** An option that the page offers to change, for its form. */
export type ChangeableOption = {
  readonly name: string;
  readonly kind: FlagKind['kind'];
  readonly choices: readonly string[];
  readonly help: string;
};

/** The options of a run that can be changed while it goes on. */
export const changing = Object.entries<Option>(runOptions)
  .filter(([, option]) => option.mayChange === true)
  .map(([name, option]) => ({
    name,
    flag: flagOf(name),
    kind: option.value,
    help: helpOf(option),
  }));

/** What can be changed of a run while it goes on. */
export const changeableOptions: readonly ChangeableOption[] = changing.map(
  ({ name, kind, help }) => ({
    ...{ name, kind: kind.kind, help },
    choices: kind.kind === 'choice' ? kind.choices : [],
  }),
);
