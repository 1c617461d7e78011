import { access } from 'node:fs/promises';
import type { Agent } from '../../agents/agent.ts';
import { agentNames, findAgent } from '../../agents/find-agent.ts';
import {
  compareVersion,
  isSignedIn,
  type KnownProgram,
} from '../../agents/program/known-program.ts';
import { runCommand } from '../../process/run-command.ts';

type Diagnosis = {
  readonly state: 'fine' | 'note';
  readonly what: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly fix: string;
};

/** Each agent that is here: whether it starts, which version it is, and whether somebody signed in; a note when there is none. */
export async function checkAgents(env: NodeJS.ProcessEnv): Promise<Diagnosis[]> {
  const found = await Promise.all(agentNames.map((name) => checkAgent(name, env)));
  const here = found.flat();
  if (here.length > 0) return here;
  const fix = `Install Claude Code: npm install -g @anthropic-ai/claude-code. Or use another one: --agent with ${agentNames.join(', ')}, acp:<command> or command:<command>.`;
  return [{ state: 'note', what: 'no agent is on PATH', fix }];
}

async function checkAgent(name: string, env: NodeJS.ProcessEnv): Promise<Diagnosis[]> {
  const agent = findAgent(name);
  const program = agent.ok ? await agent.value.locate(env) : agent;
  if (!agent.ok || !program.ok) return [];
  const { path } = program.value;
  const { end, stdout } = await runCommand({
    argv: [path, '--version'],
    cwd: '/',
    env,
    timeLimitMs: 10_000,
  });
  if (end.kind !== 'exited' || end.code !== 0) {
    const fix = `Run ${path} --version and see what it says. ${installed(agent.value)}`.trim();
    return [{ state: 'note', what: `${name} at ${path} does not start`, fix }];
  }
  const version = /\d+\.\d+[\w.-]*/u.exec(stdout)?.[0] ?? null;
  const { known } = agent.value;
  return [
    versionDiagnosis({ name, path, version, known }),
    ...(known === null ? [] : await signInDiagnosis(name, known, env)),
  ];
}

type FoundVersion = {
  readonly name: string;
  readonly path: string;
  readonly version: string | null;
  readonly known: KnownProgram | null;
};

function versionDiagnosis({ name, path, version, known }: FoundVersion): Diagnosis {
  if (known === null || version === null) {
    const fix = known === null ? '' : `Flotilla was tested with ${known.triedVersion}.`;
    return { state: 'note', what: `${name} at ${path} reports no version`, fix };
  }
  const what = `${name} ${version} at ${path}`;
  switch (compareVersion(version, known.triedVersion)) {
    case 'older':
      return {
        state: 'note',
        what: `${what}: older than ${known.triedVersion}, which Flotilla was tested with`,
        fix: `If it does not understand its options, update it: npm install -g ${known.package}`,
      };
    case 'newer-major':
      return {
        state: 'note',
        what: `${what}: another major version than ${known.triedVersion}, which Flotilla was tested with`,
        fix: `If it does not understand its options: npm install -g ${known.package}@${known.triedVersion}`,
      };
    case null:
      return { state: 'fine', what, fix: '' };
  }
}

/** A key store of the system, or a helper that the user configured, cannot be seen: so this is never more than a note. */
async function signInDiagnosis(
  name: string,
  known: KnownProgram,
  env: NodeJS.ProcessEnv,
): Promise<Diagnosis[]> {
  const exists = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  if (process.platform === 'darwin' || (await isSignedIn(known, env, exists))) return [];
  return [
    {
      state: 'note',
      what: `${name} does not look signed in: neither a file nor a variable of its own says so`,
      fix: known.signIn.fix,
    },
  ];
}

function installed({ known }: Agent): string {
  return known === null ? '' : `Install it again: npm install -g ${known.package}`;
}
