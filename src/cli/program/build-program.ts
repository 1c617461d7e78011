import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from '../command-context.ts';
import { addAddress } from './add-address.ts';
import type { RunCommand } from './add-commands.ts';
import { addHelp } from './add-help.ts';
import { addMeasuring } from './add-measuring.ts';
import { addMerging } from './add-merging.ts';
import { addReading } from './add-reading.ts';
import { addRunning } from './add-running.ts';
import { addSettingUp } from './add-setting-up.ts';
import { addSteering } from './add-steering.ts';
import { addMaintenance } from './add-maintenance.ts';
import { programVersion } from '../../files/program-version.ts';

/** The program with all of its commands. */
export function buildProgram(context: CommandContext, run: RunCommand): Command {
  const program = new Command('flotilla')
    .description('Point it at one master issue: coding agents work its sub-tasks side by side.')
    .version(programVersion(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(flotilla --help shows what there is)')
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    });
  addRunning(program, context, run);
  addReading(program, context, run);
  addMeasuring(program, context, run);
  addSteering(program, context, run);
  addMerging(program, context, run);
  addAddress(program, context, run);
  addMaintenance(program, context, run);
  addSettingUp(program, context, run);
  addHelp(program, context, run);
  for (const command of program.commands)
    command.showHelpAfterError(`(flotilla ${command.name()} --help shows what it takes)`);
  return program;
}
