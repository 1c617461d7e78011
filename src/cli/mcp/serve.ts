import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { exitCodes } from '../../model/state/run-status.ts';
import type { CommandContext } from '../command-context.ts';
import { mcpTools, type McpTool } from './mcp-tools.ts';
import { startApart } from './start-apart.ts';

type Answer = { content: { type: 'text'; text: string }[]; isError: boolean };

/** `flotilla mcp`: the commands as tools of the Model Context Protocol, on standard input and output, until its client leaves. */
export async function mcp(version: string, context: CommandContext): Promise<number> {
  const server = new McpServer({ name: 'flotilla', version });
  for (const tool of mcpTools) {
    const { name, description, input: inputSchema, isReading } = tool;
    const annotations = { readOnlyHint: isReading };
    server.registerTool(name, { description, inputSchema, annotations }, (input) =>
      callTool(tool, input, context),
    );
  }
  const left = once(process.stdin, 'end');
  await server.connect(new StdioServerTransport());
  await left;
  await server.close();
  return 0;
}

/** A tool is the command itself: what holds for a user holds here. */
async function callTool(
  tool: McpTool,
  input: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<Answer> {
  const args = tool.args(input);
  if (tool.isLong) return begun(await startApart(args, context));
  const { code, output, errors } = await capture(args, context);
  // A plan that would be refused is an answer and not an error: the objections come next to the plan.
  if (tool.isJudging && code === exitCodes.validation && output !== '') {
    const parts = [output, `${errors}\nexit code ${code}`];
    return { content: parts.map((text) => ({ type: 'text', text })), isError: false };
  }
  return answer(code, [output, errors].filter((words) => words !== '').join('\n'));
}

function begun(start: Awaited<ReturnType<typeof startApart>>): Answer {
  if (start.run === null) return answer(start.code, start.words);
  return answer(0, `${start.run} has begun. The tool status shows its progress.`);
}

function answer(code: number | null, text: string): Answer {
  const isError = code !== 0;
  const words = isError ? `${text}\nexit code ${code ?? 'none'}` : text;
  return { content: [{ type: 'text', text: words }], isError };
}

/** What a command answered; its end is kept where it is long. */
type Captured = { readonly code: number; readonly output: string; readonly errors: string };

const mostChars = 200_000;

/** Runs a command of ours in this process, with nobody to ask, and takes what it prints. */
async function capture(
  args: readonly string[],
  { directory, env }: CommandContext,
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
