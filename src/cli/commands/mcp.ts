import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { exitCodes } from '../../model/state/run-status.ts';
import type { CommandContext } from '../command-context.ts';
import { mcpTools, type McpTool } from '../mcp-tools.ts';

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

const program = fileURLToPath(
  new URL(`../main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

type Running = ChildProcessByStdio<null, Readable, Readable>;

/** A tool is the command itself, in a process of its own: what holds for a user holds here. */
async function callTool(
  tool: McpTool,
  input: Readonly<Record<string, unknown>>,
  { directory, env }: CommandContext,
): Promise<Answer> {
  const child: Running = spawn(process.execPath, [program, ...tool.args(input)], {
    cwd: directory,
    env,
    // A run continues when its client leaves: agents and orchestrator are not children of a window.
    detached: tool.isLong,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (tool.isLong) return whenBegun(child);
  return tool.isJudging ? whenJudged(child) : whenEnded(child);
}

const mostChars = 200_000;

async function whenEnded(child: Running): Promise<Answer> {
  const { code, output, errors } = await outputOf(child);
  return answer(code, [output, errors].filter((words) => words !== '').join('\n'));
}

/** A plan that would be refused is an answer and not an error: the objections come next to the plan. */
async function whenJudged(child: Running): Promise<Answer> {
  const { code, output, errors } = await outputOf(child);
  if (code !== exitCodes.validation || output === '')
    return answer(code, [output, errors].filter((words) => words !== '').join('\n'));
  const parts = [output, `${errors}\nexit code ${code}`];
  return { content: parts.map((text) => ({ type: 'text', text })), isError: false };
}

type Output = { readonly code: number | null; readonly output: string; readonly errors: string };

async function outputOf(child: Running): Promise<Output> {
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output = `${output}${chunk}`.slice(-mostChars);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = `${errors}${chunk}`.slice(-mostChars);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

/** Waits for the run's first event, or for the reason why there is none. */
async function whenBegun(child: Running): Promise<Answer> {
  const ended = whenEnded(child);
  const lines = createInterface({ input: child.stdout });
  const begun = once(lines, 'line').then(([line]): Answer | null => {
    const run = /"run":"([^"]+)"/u.exec(String(line))?.[1];
    return run === undefined
      ? null
      : answer(0, `${run} has begun. The tool status shows its progress.`);
  });
  begun.catch(() => undefined);
  return (await Promise.race([begun, ended])) ?? ended;
}

function answer(code: number | null, text: string): Answer {
  const isError = code !== 0;
  const words = isError ? `${text}\nexit code ${code ?? 'none'}` : text;
  return { content: [{ type: 'text', text: words }], isError };
}
