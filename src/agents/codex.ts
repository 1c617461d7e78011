import { askingName } from './program/asking-servers.ts';
import {
  type Agent,
  type AgentCommand,
  type AgentHomePath,
  type AgentProgram,
  type AgentRequest,
  type OpenRequest,
  type AskingServer,
  noCapabilities,
} from './agent.ts';
import { codexReader } from './codex-reader.ts';
import { locateOnPath } from './program/find-program.ts';
import { askAboutKey } from './program/credential-probe.ts';
import type { KnownProgram } from './program/known-program.ts';

/** OpenAI's Codex CLI, as the user has it installed. */
export function codexAgent(): Agent {
  return {
    name: 'codex',
    capabilities: {
      ...noCapabilities,
      tellsTurns: true,
      tellsTokens: true,
      resumes: true,
      hasSandbox: true,
    },
    variables,
    home,
    known,
    locate: locateOnPath({
      agent: 'codex',
      program: 'codex',
      fix: 'Install Codex: npm install -g @openai/codex',
    }),
    probe: probeCodex,
    command: codexCommand,
    open: codexOpen,
    reader: codexReader,
  };
}

/** The key that `codex exec` prefers to anything that is stored. */
async function probeCodex(env: NodeJS.ProcessEnv): Promise<string | null> {
  const { CODEX_API_KEY: key } = env;
  if (!key) return null;
  const root = (env['OPENAI_BASE_URL'] || 'https://api.openai.com/v1').replace(/\/+$/u, '');
  return askAboutKey({
    ...{ url: `${root}/models`, headers: { authorization: `Bearer ${key}` } },
    variable: 'CODEX_API_KEY',
  });
}

/*
 * Its sandbox stays on: it may write to the workspace and reaches no network. Git's own directories lie outside the
 * workspace, and where they are not writable, commits fail although everything looks fine. Inside our sandbox it cannot make
 * another: there only ours confines it, as it confines every other agent.
 */
function codexCommand(program: AgentProgram, request: AgentRequest): AgentCommand {
  const { session, model } = request;
  return {
    argv: [
      program.path,
      'exec',
      ...(session === null ? [] : ['resume']),
      '--json',
      '--skip-git-repo-check',
      ...confinement(request),
      ...setting('approval_policy', '"never"'),
      ...(request.asking == null ? [] : asking(request.asking)),
      ...(model === null ? [] : ['--model', model]),
      ...(session === null ? [] : [session]),
      '-',
    ],
    env: {},
  };
}

function confinement({
  isSandboxed,
  gitDirectories,
}: Pick<AgentRequest, 'isSandboxed' | 'gitDirectories'>): readonly string[] {
  return [
    ...setting('sandbox_mode', isSandboxed ? '"danger-full-access"' : '"workspace-write"'),
    ...setting('sandbox_workspace_write.writable_roots', tomlList(gitDirectories)),
    ...setting('check_for_update_on_startup', 'false'),
  ];
}

function codexOpen(program: AgentProgram, request: OpenRequest): AgentCommand {
  const { model, session } = request;
  return {
    argv: [
      program.path,
      'resume',
      ...confinement(request),
      ...setting('approval_policy', '"on-request"'),
      ...(model === null ? [] : ['--model', model]),
      session,
    ],
    env: {},
  };
}

function asking({ server: [command, ...args], timeoutSeconds }: AskingServer): readonly string[] {
  const server = `mcp_servers.${askingName}`;
  return [
    ...setting(`${server}.command`, JSON.stringify(command)),
    ...setting(`${server}.args`, tomlList(args)),
    ...setting(`${server}.tool_timeout_sec`, String(timeoutSeconds)),
    // What nobody is asked about would be refused.
    ...setting(`${server}.default_tools_approval_mode`, '"approve"'),
  ];
}

function setting(name: string, value: string): readonly string[] {
  return ['--config', `${name}=${value}`];
}

/** JSON's strings are TOML's, but for a control character that no path of ours has. */
function tomlList(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}

/** What signs it in and says how to reach the model; not the markers of a session around this one. */
const variables: readonly string[] = [
  'CODEX_*',
  'OPENAI_*',
  'AZURE_OPENAI_*',
  '!CODEX_SANDBOX*',
  '!CODEX_THREAD_ID',
  '!CODEX_CI',
  '!CODEX_INTERNAL_*',
];

/*
 * A renewed token invalidates the old one, so that it must reach the user's own file. Sessions stay in the task's own
 * HOME, where its next attempt finds them.
 */
const home: readonly AgentHomePath[] = [
  { path: '.codex/auth.json', mode: 'write' },
  { path: '.codex/config.toml', mode: 'copy' },
  { path: '$CODEX_HOME/auth.json', mode: 'write' },
  { path: '$CODEX_HOME/config.toml', mode: 'copy' },
];

const known: KnownProgram = {
  package: '@openai/codex',
  triedVersion: '0.169.0',
  signIn: {
    variables: ['CODEX_API_KEY', 'CODEX_ACCESS_TOKEN', 'OPENAI_API_KEY'],
    files: ['.codex/auth.json', '$CODEX_HOME/auth.json'],
    fix: 'Run codex login, or set CODEX_API_KEY.',
  },
};
