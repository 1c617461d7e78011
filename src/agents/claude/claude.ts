import { isAbsolute, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { err, ok } from '../../model/result.ts';
import type {
  Agent,
  AgentCommand,
  AgentHomePath,
  AgentProgram,
  AgentRequest,
  OpenRequest,
} from '../agent.ts';
import { gitCommands, partsOf } from '../program/allowed-commands.ts';
import { findFirst, findProgram } from '../program/find-program.ts';
import { askingName, askingServers, askingTool } from '../program/asking-servers.ts';
import type { KnownProgram } from '../program/known-program.ts';
import { askAboutKey } from '../program/credential-probe.ts';
import { claudeReader } from './claude-reader.ts';

/** Claude Code, as the user has it installed. */
export function claudeAgent(): Agent {
  return {
    name: 'claude',
    capabilities: {
      tellsCost: true,
      tellsTokens: true,
      tellsTurns: true,
      resumes: true,
      limitsTurns: true,
      limitsCost: true,
      hasSandbox: false,
    },
    variables,
    home,
    known,
    locate: async (env) => {
      const path = (await findProgram('claude', env)) ?? (await findFirst(usualPlaces(env)));
      if (path !== null) return ok({ path });
      const fix = 'Install Claude Code: npm install -g @anthropic-ai/claude-code';
      return err({ code: 'agent-missing', agent: 'claude', program: 'claude', fix });
    },
    probe: probeClaude,
    command: claudeCommand,
    open: claudeOpen,
    answer: claudeAnswer,
    reader: claudeReader,
  };
}

// An interactive shell finds these by an alias or its start-up files, which no other program reads.
function usualPlaces(env: NodeJS.ProcessEnv): readonly string[] {
  const home = env['HOME'] ?? '';
  return isAbsolute(home)
    ? [join(home, '.local/bin/claude'), join(home, '.claude/local/claude')]
    : [];
}

const serversFile = 'claude-servers.json';

function claudeCommand(program: AgentProgram, request: AgentRequest): AgentCommand {
  const asking = request.asking ?? null;
  return {
    argv: [
      program.path,
      '-p',
      // It takes several: the next word must be a flag.
      ...option('--mcp-config', asking === null ? null : join(request.filesDirectory, serversFile)),
      '--verbose',
      // Without the pieces of a message, long thinking looks like a stall.
      '--include-partial-messages',
      ...option('--output-format', 'stream-json'),
      ...permissions(request.allowedCommands),
      ...(asking === null ? [] : [`mcp__${askingName}__${askingTool}`]),
      ...option('--model', request.model),
      ...option('--max-turns', request.maxTurns),
      ...option('--max-budget-usd', request.maxCostUsd),
      ...option('--resume', request.session),
    ],
    env:
      asking === null
        ? quietly
        : { ...quietly, MCP_TOOL_TIMEOUT: String(asking.timeoutSeconds * 1_000) },
    ...(asking === null
      ? {}
      : { files: { [serversFile]: JSON.stringify(askingServers(asking, { alwaysLoad: true })) } }),
  };
}

/** What every use of it in a workspace may do. The last of it takes several words: the next must be a flag. */
function permissions(commands: readonly string[]): readonly string[] {
  return [
    ...option('--permission-mode', 'acceptEdits'),
    // Hooks in the repository's own settings would run without asking.
    ...option('--setting-sources', ''),
    // Work in a separate worktree would never be seen.
    ...option('--disallowedTools', 'EnterWorktree'),
    '--allowedTools',
    ...allowedTools(commands),
  ];
}

function claudeOpen(program: AgentProgram, request: OpenRequest): AgentCommand {
  return {
    argv: [
      program.path,
      ...permissions(request.allowedCommands),
      ...option('--model', request.model),
      ...option('--resume', request.session),
    ],
    env: quietly,
  };
}

function claudeAnswer(
  program: AgentProgram,
  { model, maxCostUsd }: Pick<AgentRequest, 'model' | 'maxCostUsd'>,
): AgentCommand {
  return {
    argv: [
      program.path,
      '-p',
      '--verbose',
      ...option('--output-format', 'stream-json'),
      ...option('--tools', ''),
      // The user's own servers would bring tools along, and skills instructions.
      '--strict-mcp-config',
      '--disable-slash-commands',
      ...option('--setting-sources', ''),
      '--no-session-persistence',
      ...option('--max-turns', 1),
      ...option('--model', model),
      ...option('--max-budget-usd', maxCostUsd),
    ],
    env: quietly,
  };
}

const quietly = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
};

function option(flag: string, value: string | number | null): readonly string[] {
  return value === null ? [] : [flag, String(value)];
}

const fileTools = ['Read', 'Edit', 'MultiEdit', 'Write', 'NotebookEdit', 'Glob', 'Grep', 'LS'];
const otherTools = ['Task', 'TodoWrite', 'TaskCreate', 'TaskUpdate', 'TaskList'];

/** Each is an argument of its own: commas and spaces inside the parentheses are then the command's, not the list's. */
function allowedTools(commands: readonly string[]): readonly string[] {
  const rules = [
    ...gitCommands.map((command) => `${command}:*`),
    ...commands.flatMap((command) => [command, `${command}:*`, ...partsOf(command)]),
  ];
  return [...fileTools, ...otherTools, ...new Set(rules.map((rule) => `Bash(${rule})`))];
}

/*
 * What signs Claude in and says how to reach the model. The markers of a Claude session around this one would make it
 * believe that it is nested. The keys of a cloud are for those who reach the model through that cloud. Proxies and
 * certificates are not here: every program in a workspace gets those.
 */
const variables: readonly string[] = [
  'ANTHROPIC_*',
  'CLAUDE_*',
  '!CLAUDECODE',
  '!CLAUDE_CODE_ENTRYPOINT',
  '!CLAUDE_CODE_SSE_PORT',
  '!CLAUDE_CODE_MESSAGING_TOKEN',
  '!AI_AGENT',
  'API_TIMEOUT_MS',
  'BASH_DEFAULT_TIMEOUT_MS',
  'BASH_MAX_TIMEOUT_MS',
  'MAX_THINKING_TOKENS',
  'DISABLE_PROMPT_CACHING*',
  ...onlyWith('CLAUDE_CODE_USE_BEDROCK', [
    'AWS_ACCESS_KEY_ID',
    'AWS_BEARER_TOKEN_BEDROCK',
    'AWS_CONFIG_FILE',
    'AWS_CONTAINER_*',
    'AWS_DEFAULT_REGION',
    'AWS_PROFILE',
    'AWS_REGION',
    'AWS_ROLE_ARN',
    'AWS_ROLE_SESSION_NAME',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_SHARED_CREDENTIALS_FILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
  ]),
  ...onlyWith('CLAUDE_CODE_USE_VERTEX', [
    'CLOUD_ML_REGION',
    'CLOUDSDK_CONFIG',
    'GCLOUD_PROJECT',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'GOOGLE_CLOUD_PROJECT',
    'VERTEX_REGION_*',
  ]),
  ...onlyWith('CLAUDE_CODE_USE_FOUNDRY', [
    'AZURE_AUTHORITY_HOST',
    'AZURE_CLIENT_ID',
    'AZURE_CLIENT_SECRET',
    'AZURE_CONFIG_DIR',
    'AZURE_FEDERATED_TOKEN_FILE',
    'AZURE_TENANT_ID',
  ]),
];

/*
 * Signing in. A renewed token invalidates the old one, so that it must reach the user's own file. The other file also
 * says which servers to start: a private copy, or what a task wrote there would run in the user's next session.
 * Sessions stay in the task's own HOME, where its next attempt finds them.
 */
const home: readonly AgentHomePath[] = [
  { path: '.claude/.credentials.json', mode: 'write' },
  { path: '.claude.json', mode: 'copy' },
  { path: '$CLAUDE_CONFIG_DIR/.credentials.json', mode: 'write' },
  { path: '$CLAUDE_CONFIG_DIR/.claude.json', mode: 'copy' },
];

function onlyWith(condition: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${name}?${condition}`);
}

const known: KnownProgram = {
  package: '@anthropic-ai/claude-code',
  triedVersion: '2.1.330',
  signIn: {
    variables: [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'CLAUDE_CODE_OAUTH_TOKEN',
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
      'CLAUDE_CODE_USE_FOUNDRY',
    ],
    files: ['.claude/.credentials.json', '$CLAUDE_CONFIG_DIR/.credentials.json'],
    fix: 'Start claude and type /login, or set ANTHROPIC_API_KEY.',
  },
};

/** What signs Claude Code in, in the order in which it looks: a cloud's own keys and tokens are not asked about. */
async function probeClaude(env: NodeJS.ProcessEnv): Promise<string | null> {
  const clouds = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'];
  if (clouds.some((name) => Boolean(env[name]))) return null;
  const root = (env['ANTHROPIC_BASE_URL'] || 'https://api.anthropic.com').replace(/\/+$/u, '');
  const url = `${root}/v1/models?limit=1`;
  const version = { 'anthropic-version': '2023-06-01' };
  const { ANTHROPIC_AUTH_TOKEN: token, ANTHROPIC_API_KEY: key } = env;
  if (token) {
    const headers = { ...version, authorization: `Bearer ${token}` };
    return askAboutKey({ url, headers, variable: 'ANTHROPIC_AUTH_TOKEN' });
  }
  if (key)
    return askAboutKey({
      ...{ url, headers: { ...version, 'x-api-key': key } },
      variable: 'ANTHROPIC_API_KEY',
    });
  return env['CLAUDE_CODE_OAUTH_TOKEN'] ? null : expiredClaudeSignIn(env, Date.now());
}

/** Whether Claude Code's stored sign-in has run out and cannot be renewed by itself. */
async function expiredClaudeSignIn(env: NodeJS.ProcessEnv, now: number): Promise<string | null> {
  const folder = env['CLAUDE_CONFIG_DIR'] || join(env['HOME'] ?? '', '.claude');
  const file = join(folder, '.credentials.json');
  try {
    const { claudeAiOauth: signIn } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly claudeAiOauth?: { readonly expiresAt?: unknown; readonly refreshToken?: unknown };
    };
    if (typeof signIn?.expiresAt !== 'number' || signIn.refreshToken) return null;
    const isOver = signIn.expiresAt < now;
    return isOver
      ? `the sign-in in ${file} ended at ${new Date(signIn.expiresAt).toISOString()}`
      : null;
  } catch {
    return null;
  }
}
