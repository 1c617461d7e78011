import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import versions from './agent-versions.json' with { type: 'json' };

/** The coding agents that the tests drive for real, by the names that users know them by. */
export type TestAgentName = 'claude' | 'codex' | 'copilot' | 'gemini' | 'opencode';

/** A coding agent that the tests drive for real, at the version that they know. */
export type TestAgent = {
  readonly name: TestAgentName;
  readonly package: keyof typeof versions;
  readonly version: string;
  /** Where it lies once it is installed: outside every checkout, so that all of them share it. */
  readonly directory: string;
  readonly program: string;
  /** A script of the package without which its program is an empty shell; null when it needs none. */
  readonly afterInstall: string | null;
};

const packages: Readonly<
  Record<TestAgentName, Pick<TestAgent, 'package' | 'afterInstall'> & { readonly folder: string }>
> = {
  claude: {
    package: '@anthropic-ai/claude-code',
    folder: 'claude-code',
    afterInstall: 'install.cjs',
  },
  codex: { package: '@openai/codex', folder: 'codex', afterInstall: null },
  copilot: { package: '@github/copilot', folder: 'copilot', afterInstall: null },
  gemini: { package: '@google/gemini-cli', folder: 'gemini-cli', afterInstall: null },
  opencode: { package: 'opencode-ai', folder: 'opencode-ai', afterInstall: 'postinstall.mjs' },
};

/** An agent as the tests want it, whether or not it is installed. */
export function testAgent(name: TestAgentName, env: NodeJS.ProcessEnv = process.env): TestAgent {
  const { folder, ...facts } = packages[name];
  const version = versions[facts.package];
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const directory = join(cache, 'flotilla-test-agents', `${folder}-${version}`);
  const program = join(directory, 'node_modules', '.bin', name);
  return { name, ...facts, version, directory, program };
}

/** All of them. */
export function testAgents(): readonly TestAgent[] {
  return Object.keys(packages).map((name) => testAgent(name as TestAgentName));
}

/** The absolute path of a real agent; null where `npm run test:agents:install` was not run. */
export function findRealAgent(name: TestAgentName): string | null {
  const { program } = testAgent(name);
  return existsSync(program) ? program : null;
}

/** The title of a real agent's tests: it says so where they are skipped. */
export function realAgentTitle(name: TestAgentName): string {
  const { package: program, version } = testAgent(name);
  const missing = ' (skipped: it is not here; get it with `npm run test:agents:install`)';
  return `the real ${program} ${version}${findRealAgent(name) === null ? missing : ''}`;
}
