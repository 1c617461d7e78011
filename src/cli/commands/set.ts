import type { OrchestrateOptions } from '../../app/settings/given-flags.ts';
import { setRun } from '../../app/steer/steer-run.ts';
import { flagOf } from '../../model/options/option.ts';
import { carriedOptions, type ChangedSettings } from '../../model/options/run-settings.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainBlock } from '../../model/text/plain-text.ts';
import { UserError } from '../../model/user-error.ts';
import { goOnCommand } from '../../reporting/ending/retry-command.ts';
import { shellWord } from '../../reporting/shell-word.ts';
import { settingWords } from '../../reporting/words/setting-words.ts';
import type { CommandContext } from '../command-context.ts';
import { asTypedHere } from '../as-typed-here.ts';

/** `flotilla set <issue> --max-workers N …`: changes a run while it goes on, from any terminal. */
export async function set(
  issue: string,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  const changes = changesOf(issue, options);
  const { state, isAlive } = await setRun(issue, changes, context);
  const changed = settingWords(changes).map(shellWord).join(' ');
  const lines = isAlive
    ? [
        `Changed in ${state.run}: ${changed}`,
        'Agents at work keep the limits that they started with.',
      ]
    : [
        `Changed in ${state.run}: ${changed}. Nobody works on it now; its next start has it:`,
        `    ${goOnCommand(asTypedHere(state))}`,
      ];
  context.stdout.write(`${plainBlock(lines.join('\n'))}\n`);
  return exitCodes.succeeded;
}

/** The changed settings by their names. Throws a `UserError` when there is none, or one that must stay as it is. */
function changesOf(issue: string, options: OrchestrateOptions): ChangedSettings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const changing = carriedOptions.filter(({ mayChange }) => mayChange);
  const names = changing.map(({ name }) => name);
  const can = `These can: ${changing.map(({ flag }) => flag).join(', ')}.`;
  const refused = given.map(([name]) => name).filter((name) => !names.includes(name));
  if (refused.length > 0)
    throw new UserError({
      code: 'usage',
      message: `${refused.map(flagOf).join(', ')} cannot be changed while a run goes on. ${can}\nTo start it again with another value: flotilla resume ${shellWord(issue)} …`,
    });
  if (given.length === 0)
    throw new UserError({ code: 'usage', message: `Say what to change in the run. ${can}` });
  const keys = new Map(changing.map(({ name, key }) => [name, key]));
  return Object.fromEntries(given.map(([name, value]) => [keys.get(name) ?? name, value]));
}
