import type { AskingServer } from '../agent.ts';

/** What the server by which an agent asks is called in its configuration. */
export const askingName = 'flotilla';
/** Its one tool. */
export const askingTool = 'ask_person';

/** The configuration of servers as most clients read it, with the one by which an agent asks. */
export function askingServers(
  { server: [command, ...args] }: AskingServer,
  more: Readonly<Record<string, unknown>> = {},
): { readonly mcpServers: Readonly<Record<string, unknown>> } {
  return { mcpServers: { [askingName]: { command, args, ...more } } };
}
