import { join } from 'node:path';
import { askingName, askingServers, askingTool } from './program/asking-servers.ts';
import {
  noCapabilities,
  type Agent,
  type AgentCommand,
  type AgentHomePath,
  type AgentProgram,
  type AgentRequest,
  type OpenRequest,
  type AskingServer,
} from './agent.ts';
import { allowedPrefixes } from './program/allowed-commands.ts';
import { copilotReader } from './copilot-reader.ts';
import { locateOnPath } from './program/find-program.ts';
import type { KnownProgram } from './program/known-program.ts';

/** GitHub's Copilot CLI, as the user has it installed. */
export function copilotAgent(): Agent {
  return {
    name: 'copilot',
    capabilities: { ...noCapabilities, tellsTurns: true, resumes: true },
    variables,
    home,
    known,
    locate: locateOnPath({
      agent: 'copilot',
      program: 'copilot',
      fix: 'Install Copilot CLI: npm install -g @github/copilot',
    }),
    command: copilotCommand,
    open: copilotOpen,
    reader: copilotReader,
  };
}

const serversFile = 'copilot-servers.json';

function servers(asking: AskingServer): string {
  const timeout = asking.timeoutSeconds * 1_000;
  return JSON.stringify(askingServers(asking, { type: 'local', tools: [askingTool], timeout }));
}

/** The workspace is not trusted, so that its hooks, servers and skills stay where they are. */
function copilotCommand(program: AgentProgram, request: AgentRequest): AgentCommand {
  const asking = request.asking ?? null;
  return {
    argv: [
      program.path,
      ...['--output-format', 'json', '--no-color', '--no-auto-update', '--no-ask-user'],
      '--disable-builtin-mcps',
      ...(asking === null
        ? []
        : [
            ...['--additional-mcp-config', `@${join(request.filesDirectory, serversFile)}`],
            ...['--allow-tool', askingName],
          ]),
      ...['--allow-tool', 'write'],
      ...allowedPrefixes(request.allowedCommands).flatMap(allowShell),
      ...(request.model === null ? [] : ['--model', request.model]),
      ...(request.session === null ? [] : ['--resume', request.session]),
    ],
    env: { COPILOT_AUTO_UPDATE: 'false' },
    ...(asking === null ? {} : { files: { [serversFile]: servers(asking) } }),
  };
}

/** Whether the workspace is trusted, it asks the person. */
function copilotOpen(program: AgentProgram, request: OpenRequest): AgentCommand {
  return {
    argv: [
      program.path,
      ...['--no-auto-update', '--disable-builtin-mcps', '--allow-tool', 'write'],
      ...allowedPrefixes(request.allowedCommands).flatMap(allowShell),
      ...(request.model === null ? [] : ['--model', request.model]),
      ...['--resume', request.session],
    ],
    env: { COPILOT_AUTO_UPDATE: 'false' },
  };
}

/** A command by itself, and with more behind it. */
function allowShell(prefix: string): readonly string[] {
  return ['--allow-tool', `shell(${prefix})`, '--allow-tool', `shell(${prefix}:*)`];
}

/** Its own variables alone: a GitHub token under another name is the forge's, and no agent gets that. */
const variables: readonly string[] = ['COPILOT_*', '!COPILOT_ALLOW_ALL', '!COPILOT_AGENT_*'];

const home: readonly AgentHomePath[] = [
  { path: '.copilot/config.json', mode: 'copy' },
  { path: '.copilot/settings.json', mode: 'copy' },
  { path: '$COPILOT_HOME/config.json', mode: 'copy' },
  { path: '$COPILOT_HOME/settings.json', mode: 'copy' },
  // What its program unpacks of itself, some 190 MB.
  { path: '.cache/copilot/pkg', mode: 'read' },
];

const known: KnownProgram = {
  package: '@github/copilot',
  triedVersion: '1.0.102',
  signIn: {
    variables: ['COPILOT_GITHUB_TOKEN', 'COPILOT_PROVIDER_BASE_URL'],
    files: ['.copilot/config.json', '$COPILOT_HOME/config.json'],
    fix: 'Run copilot login, or set COPILOT_GITHUB_TOKEN.',
  },
};
