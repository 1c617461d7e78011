import { join } from 'node:path';
import {
  noCapabilities,
  type Agent,
  type AgentCommand,
  type AgentHomePath,
  type AgentProgram,
  type AgentRequest,
  type OpenRequest,
} from './agent.ts';
import { allowedPrefixes } from './program/allowed-commands.ts';
import { locateOnPath } from './program/find-program.ts';
import type { KnownProgram } from './program/known-program.ts';
import { geminiReader } from './gemini-reader.ts';

/** Google's Gemini CLI, as the user has it installed. */
export function geminiAgent(): Agent {
  return {
    name: 'gemini',
    capabilities: { ...noCapabilities, tellsTurns: true, tellsTokens: true, resumes: true },
    variables,
    home,
    known,
    locate: locateOnPath({
      agent: 'gemini',
      program: 'gemini',
      fix: 'Install Gemini CLI: npm install -g @google/gemini-cli',
    }),
    command: geminiCommand,
    open: geminiOpen,
    reader: geminiReader,
  };
}

const policyFile = 'gemini-policy.toml';

/*
 * Without trust in the workspace it refuses to work, and with it the workspace's own hooks and servers run without
 * asking. Nothing but files of root's could turn them off. So the trust is given only where the workspace brings none;
 * its `--allowed-mcp-server-names` is for what is left of the user's own.
 */
const guard = [
  'if [ "$GEMINI_CLI_TRUST_WORKSPACE" != true ] &&',
  `grep -qE '"(hooks|mcpServers|[A-Za-z]*Command)"|\\\\u' .gemini/settings.json 2>/dev/null; then`,
  'echo "The repository brings hooks or servers in .gemini/settings.json, which Gemini CLI would run unasked.',
  'To allow that, set GEMINI_CLI_TRUST_WORKSPACE=true and name it with --env." >&2',
  '; exit 55; fi',
].join(' ');

function geminiCommand(program: AgentProgram, request: AgentRequest): AgentCommand {
  return guarded(program, request, ['--output-format', 'stream-json']);
}

/** About what its policy does not name it asks the person. */
function geminiOpen(program: AgentProgram, request: OpenRequest): AgentCommand {
  return guarded(program, request, []);
}

function guarded(
  program: AgentProgram,
  request: AgentRequest | OpenRequest,
  options: readonly string[],
): AgentCommand {
  const policyPath = join(request.filesDirectory, policyFile);
  return {
    argv: [
      '/bin/sh',
      ...['-c', `${guard}; ${quoted(program.path)} "$@"`, 'gemini'],
      ...[...options, '--approval-mode', 'auto_edit', '--skip-trust'],
      ...['--policy', policyPath, '--allowed-mcp-server-names', 'none'],
      ...(request.model === null ? [] : ['--model', request.model]),
      ...(request.session === null ? [] : ['--resume', request.session]),
    ],
    env: { GEMINI_CLI_NO_RELAUNCH: 'true' },
    files: { [policyFile]: policy(request) },
  };
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Everything that its approval mode does not allow is refused when nobody can be asked. */
/*
 * It takes servers from files of the user's, the workspace's and root's alone, so it asks by the program and not by a tool.
 */
const askingCommands = ['"$FLOTILLA_ASK"', '$FLOTILLA_ASK'];

function policy({
  allowedCommands,
  asking = null,
}: Pick<AgentRequest, 'allowedCommands' | 'asking'>): string {
  const rule = (lines: readonly string[]): string => ['[[rule]]', ...lines, ''].join('\n');
  const all = [...allowedPrefixes(allowedCommands), ...(asking === null ? [] : askingCommands)];
  const prefixes = all.map((prefix) => JSON.stringify(prefix));
  return [
    rule([
      'toolName = "run_shell_command"',
      `commandPrefix = [${prefixes.join(', ')}]`,
      'decision = "allow"',
      'priority = 500',
    ]),
    rule(['toolName = ["web_fetch", "google_web_search"]', 'decision = "deny"', 'priority = 600']),
  ].join('\n');
}

/** What signs it in and says how to reach the model; not what would start it in another way. */
const variables: readonly string[] = [
  'GEMINI_*',
  'GOOGLE_*',
  'CODE_ASSIST_*',
  '!GEMINI_CLI',
  '!GEMINI_CLI_*',
  '!GEMINI_SANDBOX',
  '!GEMINI_YOLO_MODE',
];

/** Sessions stay in the task's own HOME, where its next attempt finds them. */
const home: readonly AgentHomePath[] = [
  { path: '.gemini/oauth_creds.json', mode: 'write' },
  { path: '.gemini/google_accounts.json', mode: 'copy' },
  { path: '.gemini/installation_id', mode: 'copy' },
  { path: '.gemini/settings.json', mode: 'copy' },
  { path: '.gemini/.env', mode: 'copy' },
  { path: '$GOOGLE_APPLICATION_CREDENTIALS', mode: 'read' },
];

const known: KnownProgram = {
  package: '@google/gemini-cli',
  triedVersion: '0.61.0',
  signIn: {
    variables: [
      'GEMINI_API_KEY',
      'GOOGLE_API_KEY',
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_GENAI_USE_VERTEXAI',
      'GOOGLE_GENAI_USE_GCA',
    ],
    files: ['.gemini/oauth_creds.json', '.gemini/.env'],
    fix: 'Start gemini and choose how to sign in, or set GEMINI_API_KEY.',
  },
};
