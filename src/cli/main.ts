import { hideExperimentalWarnings } from '../process/experimental-warnings.ts';
import { exitCodes } from '../model/state/run-status.ts';
import { runProgram } from './program/run-program.ts';
import { tellError } from './tell-error.ts';
import { keepYoungGenerationSmall } from './young-generation.ts';

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

void runProgram(process.argv.slice(2), context).then(leave);

/** The user's current directory. One that was deleted (a workspace that was cleaned up, for example) is reported. */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    process.stderr.write(
      'The current directory was deleted. Go to your repository, and start again there.\n',
    );
    process.exit(exitCodes.other);
  }
}
