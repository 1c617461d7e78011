import { fileURLToPath } from 'node:url';
import { ok } from '../../model/result.ts';
import { noCapabilities, type Agent } from '../agent.ts';
import { allowedPrefixes } from '../program/allowed-commands.ts';
import { locateCommand } from '../program/command.ts';
import { acpReader } from './acp-reader.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`acp-program.${extension}`, import.meta.url));

/**
 * Any agent that speaks the Agent Client Protocol on its standard input and output. Its sessions are not resumed:
 * agents that claim to support that sometimes do not.
 */
export function acpAgent(command: string): Agent {
  const name = `acp:${command}`;
  return {
    name,
    capabilities: { ...noCapabilities, tellsTurns: true },
    variables: [],
    home: [],
    known: null,
    locate: async (env) => {
      const path = process.execPath;
      const found = await locateCommand({ name, command, otherwise: path }, env);
      return found.ok ? ok({ path }) : found;
    },
    command: ({ path }, { allowedCommands, asking }) => ({
      argv: [
        path,
        ...[program, command, JSON.stringify(allowedPrefixes(allowedCommands))],
        JSON.stringify(asking?.server ?? []),
      ],
      env: {},
    }),
    reader: acpReader,
  };
}
