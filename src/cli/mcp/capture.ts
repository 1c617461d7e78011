import { PassThrough } from 'node:stream';
import type { CommandContext } from '../command-context.ts';

/** What a command answered; its end is kept where it is long. */
export type Captured = {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
};

const mostChars = 200_000;

/** Runs a command of ours in this process, with nobody to ask, and takes what it prints. */
export async function capture(
  args: readonly string[],
  { directory, env }: Pick<CommandContext, 'directory' | 'env'>,
): Promise<Captured> {
  const { runProgram } = await import('../program/run-program.ts');
  const [stdin, output, errors] = [new PassThrough(), openSink(), openSink()];
  stdin.end();
  const [stdout, stderr] = [output.stream, errors.stream];
  const context = { directory, env, stdin, stdout, stderr } as unknown as CommandContext;
  const code = await runProgram(args, context);
  return { code, output: await output.text(), errors: await errors.text() };
}

function openSink(): { stream: PassThrough; text: () => Promise<string> } {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-mostChars);
  });
  const ended = new Promise<void>((resolve) => void stream.once('end', resolve));
  return {
    stream,
    text: async () => {
      stream.end();
      await ended;
      return text;
    },
  };
}
