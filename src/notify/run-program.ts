import { runCommand, type ProcessEnd } from '../process/run-command.ts';
import { refused, taken, type SinkAnswer } from './sink-answer.ts';

export type ProgramParams = {
  readonly argv: readonly [string, ...string[]];
  readonly input: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Marks what it starts, so that all of it is ended with it. */
  readonly marker: string;
  readonly signal: AbortSignal;
};

/** Runs a program that takes a notice; it must end with 0. What it prints is dropped. */
export async function runProgram(params: ProgramParams): Promise<SinkAnswer> {
  const { marker: treeMarker, ...command } = params;
  const { end } = await runCommand({ ...command, treeMarker, onOutput: () => undefined });
  return end.kind === 'exited' && end.code === 0 ? taken('exit code 0') : refused(endWords(end));
}

function endWords(end: ProcessEnd): string {
  switch (end.kind) {
    case 'exited':
      // So a shell says that there is no such program; the holder is one.
      return end.code === 127 ? 'no such program' : `exit code ${end.code}`;
    case 'signalled':
      return `ended by ${end.signal}`;
    case 'not-started':
      return 'it could not be started';
    case 'stopped':
      return 'it did not end in time';
  }
}
