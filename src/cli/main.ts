import { CommanderError } from '@commander-js/extra-typings';
import { exitCodes } from '../model/state/run-status.ts';
import type { CommandContext } from './command-context.ts';
import { buildProgram } from './program/build-program.ts';
import { currentDirectory } from './current-directory.ts';
import { hideExperimentalWarnings } from '../process/experimental-warnings.ts';
import { tellError } from './tell-error.ts';
import { keepYoungGenerationSmall } from './young-generation.ts';

/** The program's arguments in, its exit code out. Commands are loaded when they are called. */
async function main(argv: readonly string[], context: CommandContext): Promise<number> {
  let exitCode = 0;
  const run = (command: Promise<number>): Promise<void> =>
    command.then((code) => {
      exitCode = code;
    });
  try {
    await buildProgram(context, run).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    return tellError(error, context);
  }
}

const { stdin, stdout, stderr, env } = process;

/** Commands that may outlive anybody who reads their output. */
const working = new Set([
  'orchestrate',
  'run',
  'parallel-orchestrate',
  'resume',
  'demo',
  'merge',
  'address',
]);

/** A reader that has seen enough (`flotilla logs | head`) is not an error, and only ends what was printed for it. */
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (stream === stdout && !working.has(process.argv[2] ?? '')) process.exit(0);
  });

/** Leaves once all that was printed has gone out. */
function leave(code: number): void {
  stdout.write('', () => stderr.write('', () => process.exit(code)));
}

const context = { directory: currentDirectory(), env, stdin, stdout, stderr };

/** What fails outside the command itself (in a timer of the run, for example) is reported in the same words. */
async function endBadly(error: unknown): Promise<void> {
  leave(await tellError(error, context));
}

process.on('uncaughtException', (error) => void endBadly(error));
keepYoungGenerationSmall();
hideExperimentalWarnings();

void main(process.argv.slice(2), context).then(leave);
