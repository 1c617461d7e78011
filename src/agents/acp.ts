import { fileURLToPath } from 'node:url';
import { err, ok } from '../model/result.ts';
import { acpReader } from './acp-reader.ts';
import { noCapabilities, type Agent } from './agent.ts';
import { allowedPrefixes } from './allowed-commands.ts';
import { programOf } from './command.ts';
import { findProgram } from './find-program.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`acp-program.${extension}`, import.meta.url));

/**
 * Any agent that speaks the Agent Client Protocol on its standard input and output. Its sessions are not taken up again:
 * agents that say that they can, at times cannot.
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
      const wanted = programOf(command);
      if (wanted === null || (await findProgram(wanted, env)) !== null)
        return ok({ path: process.execPath });
      const mend = `Install ${wanted}, or give the agent another command.`;
      return err({ code: 'agent-missing', agent: name, program: wanted, mend });
    },
    command: ({ path }, { allowedCommands }) => ({
      argv: [path, program, command, JSON.stringify(allowedPrefixes(allowedCommands))],
      env: {},
    }),
    reader: acpReader,
  };
}
