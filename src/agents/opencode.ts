import { askingName, askingTool } from './program/asking-servers.ts';
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
import { locateOnPath } from './program/find-program.ts';
import type { KnownProgram } from './program/known-program.ts';
import { opencodeReader } from './opencode-reader.ts';

/** OpenCode, as the user has it installed. Models are named with their provider: `anthropic/claude-opus-5-5`. */
export function opencodeAgent(): Agent {
  return {
    name: 'opencode',
    capabilities: {
      ...noCapabilities,
      tellsTurns: true,
      tellsCost: true,
      tellsTokens: true,
      resumes: true,
    },
    variables,
    home,
    known,
    locate: locateOnPath({
      agent: 'opencode',
      program: 'opencode',
      fix: 'Install OpenCode: npm install -g opencode-ai',
    }),
    command: opencodeCommand,
    open: opencodeOpen,
    reader: opencodeReader,
  };
}

function opencodeCommand(program: AgentProgram, request: AgentRequest): AgentCommand {
  return {
    argv: [
      program.path,
      ...['run', '--format', 'json'],
      ...(request.model === null ? [] : ['--model', request.model]),
      ...(request.session === null ? [] : ['--session', request.session]),
    ],
    env: {
      OPENCODE_PERMISSION: JSON.stringify(permissions(request, 'deny')),
      ...(request.asking == null ? {} : { OPENCODE_CONFIG_CONTENT: servers(request.asking) }),
      ...quietly,
    },
  };
}

const quietly = {
  // The workspace's own configuration may name servers, plugins and commands, which would run without asking.
  OPENCODE_DISABLE_PROJECT_CONFIG: '1',
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
};

function opencodeOpen(program: AgentProgram, request: OpenRequest): AgentCommand {
  const { model, session } = request;
  return {
    argv: [program.path, ...(model === null ? [] : ['--model', model]), '--session', session],
    env: { OPENCODE_PERMISSION: JSON.stringify(permissions(request, 'ask')), ...quietly },
  };
}

/** Its configuration by a variable, on top of the user's own: the server by which it asks. */
function servers({ server, timeoutSeconds }: AskingServer): string {
  const timeout = timeoutSeconds * 1_000;
  return JSON.stringify({
    mcp: { [askingName]: { type: 'local', command: server, enabled: true, timeout } },
    experimental: { mcp_timeout: timeout },
  });
}

/** Of rules that match, the last one counts. Each part of `a && b` is judged by itself. */
function permissions(
  { allowedCommands: commands, asking }: Pick<AgentRequest, 'allowedCommands' | 'asking'>,
  rest: 'deny' | 'ask',
): object {
  const allowed = allowedPrefixes(commands).flatMap((prefix) => [prefix, `${prefix} *`]);
  const tools = ['edit', 'read', 'glob', 'grep', 'list', 'task', 'todowrite', 'todoread', 'lsp'];
  return {
    '*': rest,
    ...Object.fromEntries(tools.map((tool) => [tool, 'allow'])),
    ...(asking == null ? {} : { [`${askingName}_${askingTool}`]: 'allow' }),
    bash: { '*': rest, ...Object.fromEntries(allowed.map((rule) => [rule, 'allow'])) },
  };
}

/** The keys of the provider that it uses are for the user to name, with `--env`: it knows many providers. */
const variables: readonly string[] = [
  'OPENCODE_*',
  '!OPENCODE',
  '!OPENCODE_PERMISSION',
  '!OPENCODE_PID',
  '!OPENCODE_SERVER_*',
];

const home: readonly AgentHomePath[] = [
  { path: '.local/share/opencode/auth.json', mode: 'write' },
  { path: '.config/opencode/opencode.json', mode: 'copy' },
  { path: '.config/opencode/opencode.jsonc', mode: 'copy' },
  { path: '$OPENCODE_CONFIG', mode: 'read' },
];

const known: KnownProgram = {
  package: 'opencode-ai',
  triedVersion: '1.18.33',
  signIn: {
    variables: ['OPENCODE_API_KEY', 'OPENCODE_CONFIG', 'OPENCODE_CONFIG_CONTENT'],
    files: [
      '.local/share/opencode/auth.json',
      '.config/opencode/opencode.json',
      '.config/opencode/opencode.jsonc',
    ],
    fix: "Run opencode auth login, or pass its provider's key: --env ANTHROPIC_API_KEY.",
  },
};
