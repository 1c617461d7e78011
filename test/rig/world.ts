import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { deleteTrees } from '../../src/workspace/clean/delete-trees.ts';
import { startFlotilla, type Ended, type Running } from './flotilla.ts';
import { makeGate, type Gate } from './gate.ts';
import { expectNothingLeft, processesOf } from './nothing-left.ts';

/** A user with a home, a repository with one commit, and an agent that does what the test says. */
export type World = AsyncDisposable & {
  readonly root: string;
  readonly repository: string;
  readonly home: string;
  readonly stateHome: string;
  /** What the program sees of the environment. */
  readonly env: NodeJS.ProcessEnv;
  /** The value of `--agent` for the scripted agent. */
  readonly agent: string;
  /** Says what the agent does: by `agent-1`, by `agent-1.2` for a second attempt, or as the `default`. */
  readonly script: (scripts: Readonly<Record<string, string>>) => void;
  /** A gate for scripts that call `hold NAME`. */
  readonly gate: (name: string) => Gate;
  /** What an attempt's agent saw: its `prompt`, or its `env`. */
  readonly seen: (agent: string, what: 'prompt' | 'env', attempt?: number) => string;
  /** What a script wrote to `$rig/NAME`, without white space around it. */
  readonly noted: (name: string) => string;
  /** How often an agent was started. */
  readonly starts: (agent: string) => number;
  /** Writes a file of the user's work tree, relative to its root. */
  readonly write: (path: string, text: string) => void;
  /** Git as the user calls it, in the repository. */
  readonly git: (...args: readonly string[]) => string;
  /** Starts the program in the repository. */
  readonly start: (...args: readonly string[]) => Running;
  /** Runs the program in the repository to its end. */
  readonly flotilla: (...args: readonly string[]) => Promise<Ended>;
  /** Starts `orchestrate` with the scripted agent, plain, on `issue.md`, whatever its plan says. */
  readonly begin: (...args: readonly string[]) => Running;
  /** The same to its end. */
  readonly orchestrate: (...args: readonly string[]) => Promise<Ended>;
  /** The same without `--force`: for tests of what a plan's verdict does. */
  readonly orchestrateUnforced: (...args: readonly string[]) => Promise<Ended>;
};

const scriptedAgent = fileURLToPath(new URL('scripted-agent.sh', import.meta.url));

export type WorldParams = {
  /** Committed files besides the README. */
  readonly files?: Readonly<Record<string, string>>;
  /** The text of `issue.md`, or the titles of its tasks. */
  readonly issue?: string | readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The running test's own `onTestFinished`: side by side, tests would take one another's. */
  readonly onFinished?: (cleanUp: () => Promise<void>) => void;
};

/** An issue with a task for each title. */
export function issueOf(titles: readonly string[], heading = 'Make it better'): string {
  const tasks = titles.map((title) => `- [ ] ${title}`);
  return `# ${heading}\n\nSome background.\n\n## Sub-Tasks\n\n${tasks.join('\n')}\n`;
}

/** Makes a world. At its end it fails when anything was left behind: a process, a hold, a temporary directory. */
export async function makeWorld(params: WorldParams = {}): Promise<World> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'world-of-'));
  const root = folder.path;
  const [repository, home, stateHome, temporary, rig] = [
    'repository',
    'home',
    'state',
    'tmp',
    'rig',
  ].map((name) => join(root, name)) as [string, string, string, string, string];
  for (const path of [repository, home, temporary, rig]) mkdirSync(path);
  const env = environment({ home, stateHome, temporary }, params.env);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: repository,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  };
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = Una User\n\temail = una@example.invalid\n',
  );
  git('init', '--quiet', '--initial-branch=main');
  for (const [path, text] of Object.entries({ 'README.md': '# Sample\n', ...params.files }))
    write(path, text);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  const { issue = ['Do something'] } = params;
  writeFileSync(join(root, 'issue.md'), typeof issue === 'string' ? issue : issueOf(issue));
  const gates: Gate[] = [];
  const cleanUp = async (): Promise<void> => {
    gates.splice(0).forEach((gate) => gate.close());
    endProcesses(root);
    await deleteTrees([root]);
    await folder.remove();
  };
  // A test that takes too long never gets to the end of its world.
  if (params.onFinished !== undefined) params.onFinished(cleanUp);
  else if (expect.getState().currentTestName !== undefined) onTestFinished(cleanUp);
  const agent = `command:sh ${scriptedAgent} ${rig}`;
  const start = (...args: readonly string[]): Running =>
    startFlotilla({ args, cwd: repository, env });
  const beginUnforced = (...args: readonly string[]): Running =>
    start('orchestrate', '../issue.md', '--agent', agent, '--plain', ...args);
  const begin = (...args: readonly string[]): Running => beginUnforced('--force', ...args);
  return {
    root,
    repository,
    home,
    stateHome,
    env,
    agent,
    git,
    write,
    start,
    script: (scripts) => {
      for (const [name, text] of Object.entries(scripts))
        writeFileSync(join(rig, `${name}.sh`), text);
    },
    gate: (name) => {
      const gate = makeGate(rig, name);
      gates.push(gate);
      return gate;
    },
    seen: (name, what, attempt = 1) =>
      readFileSync(join(rig, `${name}.${attempt}.${what}`), 'utf8'),
    noted: (name) => readText(join(rig, name)).trim(),
    starts: (name) => readText(join(rig, `${name}.starts`)).split('\n').length - 1,
    flotilla: (...args) => start(...args).ended,
    begin,
    orchestrate: (...args) => begin(...args).ended,
    orchestrateUnforced: (...args) => beginUnforced(...args).ended,
    [Symbol.asyncDispose]: async () => {
      try {
        expectNothingLeft({ root, stateHome, temporary });
      } finally {
        await cleanUp();
      }
    },
  };
}

function endProcesses(root: string): void {
  for (const name of processesOf(root)) {
    try {
      process.kill(Number.parseInt(name, 10), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The user's environment: nothing of the person who runs the tests gets in except the path to programs. */
function environment(
  place: { readonly home: string; readonly stateHome: string; readonly temporary: string },
  more: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    LANG: 'C.UTF-8',
    HOME: place.home,
    XDG_STATE_HOME: place.stateHome,
    TMPDIR: place.temporary,
    // The scripted agents write to their test's folder; the sandbox has tests of its own.
    FLOTILLA_SANDBOX: 'off',
    GIT_CONFIG_NOSYSTEM: '1',
    ...more,
  };
}
