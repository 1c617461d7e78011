import { once } from 'node:events';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { exitCodes } from '../../model/state/run-status.ts';
import type { CommandContext } from '../command-context.ts';
import { mcpTools, type McpTool } from './mcp-tools.ts';
import { capture } from './capture.ts';
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
