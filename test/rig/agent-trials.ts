import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { findAgent } from '../../src/agents/find-agent.ts';
import { gitAt } from '../../src/git/git.ts';
import type { Failure } from '../../src/model/failure/failure.ts';
import {
  deliver,
  listKeys,
  makeMailbox,
  readQuestion,
  type Mailbox,
  type PutQuestion,
} from '../../src/questions/mailbox.ts';
import { watchDirectory } from '../../src/files/watch-directory.ts';
import { layOutRepository } from '../../src/workspace/lay-out-repository.ts';
import { makeGate } from './gate.ts';
import {
  startModelServer,
  type ModelScript,
  type ModelServer,
  type ModelTurn,
} from './model-server.ts';
import { processesOf } from './nothing-left.ts';
import { runRealAgent, type RealAttempt, type RealOutcome } from './real-agents.ts';
import { findRealAgent, realAgentTitle, testAgent, type TestAgentName } from './test-agents.ts';

/** How the tests talk with one agent: its settings, and its names for what every agent can do. */
export type AgentProfile = {
  readonly name: TestAgentName;
  /** Another way to drive the program than by its own name. */
  readonly agent?: (program: string) => Agent;
  /** What a user sets to reach the model at this URL. */
  readonly env: (url: string) => NodeJS.ProcessEnv;
  /** Files of the user's HOME, by their paths below it. */
  readonly home?: (url: string) => Readonly<Record<string, string>>;
  readonly model?: string;
  readonly write: (path: string, content: string, directory: string) => ModelTurn;
  readonly bash: (command: string) => ModelTurn;
  /** The tool by which it asks a person, where its requests do not show it. */
  readonly askTool?: string;
  /** Whether it cannot be given a tool to ask by. */
  readonly asksByProgram?: boolean;
  /** What comes of an answer that no retry fixes. */
  readonly failures: Readonly<Record<'401' | '429' | '500' | 'cut', Failure['reason'] | 'retries'>>;
  /** Whether it is sure to have said which session it is when it is stopped in its first answer. */
  readonly tellsSessionAtOnce: boolean;
  /** How its own record shows that a tool was refused; null where the tool itself just fails. */
  readonly tellsRefusals: boolean;
};

/** A workspace on a bare clone, as tasks have it, and a home that nobody else uses. */
export type AgentPlace = AsyncDisposable & {
  readonly root: string;
  readonly directory: string;
  readonly home: string;
  readonly clone: string;
  readonly git: (...args: readonly string[]) => string;
};

/** Next to the agents themselves, not under a temporary directory, where some of them behave differently. */
export async function makeAgentPlace(): Promise<AgentPlace> {
  const parent = dirname(testAgent('claude').directory);
  mkdirSync(parent, { recursive: true });
  const folder = await mkdtempDisposable(join(parent, 'place-'));
  const root = folder.path;
  const [source, clone, directory, home] = ['source', 'clone.git', 'workspace', 'home'].map(
    (name) => join(root, name),
  ) as [string, string, string, string];
  mkdirSync(home);
  const who = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.invalid'];
  const gitIn = (path: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-C', path, ...who, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', source]);
  writeFileSync(join(source, 'check.sh'), 'echo checked "$@"\n', { mode: 0o755 });
  gitIn(source, 'add', '--all');
  gitIn(source, 'commit', '--quiet', '--message', 'Begin');
  gitIn(root, 'clone', '--quiet', '--bare', source, clone);
  mkdirSync(directory);
  const commit = gitIn(clone, 'rev-parse', 'main').trim();
  const layout = { branch: 'task', commit, clone: gitAt(clone, process.env), baseBranch: 'main' };
  await layOutRepository({ path: directory, ...layout });
  gitIn(directory, 'reset', '--quiet', '--hard');
  return {
    root,
    directory,
    home,
    clone,
    git: (...args) => gitIn(directory, ...args),
    [Symbol.asyncDispose]: async () => {
      const left = processesOf(root);
      for (const name of left) process.kill(Number.parseInt(name, 10), 'SIGKILL');
      await folder.remove();
      expect(left).toEqual([]);
    },
  };
}

/** An attempt of the profile's agent in a place. */
export async function attemptOf(
  profile: AgentProfile,
  server: ModelServer,
  place: AgentPlace,
): Promise<RealAttempt> {
  for (const [path, text] of Object.entries(profile.home?.(server.url) ?? {})) {
    mkdirSync(dirname(join(place.home, path)), { recursive: true });
    writeFileSync(join(place.home, path), text);
  }
  const found = findRealAgent(profile.name) ?? '';
  const agent = profile.agent?.(found) ?? agentOf(profile.name);
  const located = profile.agent === undefined ? null : await agent.locate(process.env);
  const program = located?.ok === true ? located.value.path : found;
  return {
    agent,
    program,
    prompt: 'Do the task.\n',
    directory: place.directory,
    home: place.home,
    env: profile.env(server.url),
    request: {
      model: profile.model ?? null,
      gitDirectories: [join(place.directory, '.git')],
    },
  };
}

function agentOf(name: TestAgentName): Agent {
  const found = findAgent(name);
  if (!found.ok) throw new Error(`No agent ${name}`);
  return found.value;
}

/** The attempt with more in its request. */
export function withRequest(attempt: RealAttempt, request: RealAttempt['request']): RealAttempt {
  return { ...attempt, request: { ...attempt.request, ...request } };
}

/** One attempt in a place of its own. */
async function runOnce(profile: AgentProfile, script: ModelScript): Promise<RealOutcome> {
  await using server = await startModelServer(script);
  await using place = await makeAgentPlace();
  return await runRealAgent(await attemptOf(profile, server, place));
}

/** Drives a real agent through what every agent meets; more tests of its own may follow. */
export function tryAgent(profile: AgentProfile, more: () => void = () => undefined): void {
  const isMissing = findRealAgent(profile.name) === null;
  const title = `${realAgentTitle(profile.name)}${profile.agent === undefined ? '' : ', by ACP'}`;
  describe.skipIf(isMissing)(title, { timeout: 120_000 }, () => {
    workTrials(profile);
    faultTrials(profile);
    endingTrials(profile);
    more();
  });
}

/** Resolves when an agent has asked. */
async function firstQuestion(mailbox: Mailbox): Promise<PutQuestion> {
  const changed = Promise.withResolvers<void>();
  const watch = watchDirectory(mailbox.questions, () => changed.resolve());
  try {
    for (;;) {
      const [key] = await listKeys(mailbox);
      const question = key === undefined ? null : await readQuestion(mailbox, key);
      if (question !== null) return question;
      await Promise.race([changed.promise, delay(500)]);
    }
  } finally {
    watch.close();
  }
}

function workTrials(profile: AgentProfile): void {
  const { write, bash } = profile;

  test('edits and commits in a worktree, and tells its session and its stage', async () => {
    await using place = await makeAgentPlace();
    await using server = await startModelServer([
      { say: 'I will add it.', ...write('hello.js', 'hello();\n', place.directory) },
      bash('git add -A && git commit -m "Add hello"'),
      { say: 'Added hello.js.' },
    ]);
    const attempt = await attemptOf(profile, server, place);
    const { conclusion, session, activities, result } = await runRealAgent(attempt);
    expect(conclusion).toEqual({ claim: 'Added hello.js.', failure: null });
    expect(result).toEqual({ kind: 'exited', code: 0 });
    expect(place.git('log', '--format=%s')).toBe('Add hello\nBegin\n');
    expect(session).not.toBeNull();
    expect(activities).toContainEqual({
      kind: 'said',
      summary: 'I will add it.',
      text: 'I will add it.',
    });
    expect(activities).toContainEqual(
      expect.objectContaining({ kind: 'stage', stage: 'implementation' }),
    );
    expect(server.requests[0]?.prompt).toContain('Do the task.');
  });

  test('may run the commands of the project, and nothing that reaches out', async () => {
    await using place = await makeAgentPlace();
    const outside = join(place.root, 'outside.txt');
    await using server = await startModelServer([
      bash('./check.sh one'),
      bash(`cp check.sh ${outside}`),
      { say: 'I tried.' },
    ]);
    const attempt = await attemptOf(profile, server, place);
    const { conclusion } = await runRealAgent(
      withRequest(attempt, { allowedCommands: ['./check.sh'] }),
    );
    expect(conclusion.failure).toBeNull();
    expect(server.requests.at(-1)?.toolResults[0]?.text).toContain('checked one');
    expect(existsSync(outside)).toBe(false);
    if (profile.tellsRefusals) expect(conclusion.claim).toContain('Refused: Bash: cp check.sh');
    expect(conclusion.claim).toContain('I tried.');
  });

  test('asks a person by a tool, waits, and goes on with the answer', async () => {
    await using place = await makeAgentPlace();
    const mailbox = await makeMailbox(join(place.root, 'attempt'));
    await using server = await startModelServer(({ turnsTaken, tools, toolResults }) => {
      const name =
        tools.find((tool) => tool.endsWith('ask_person')) ?? profile.askTool ?? 'no tool to ask';
      const input = { question: 'Which colour?', options: ['red', 'green'] };
      const command = '"$FLOTILLA_ASK" "Which colour?" --option red --option green';
      if (turnsTaken === 0)
        return profile.asksByProgram === true ? bash(command) : { tools: [{ name, input }] };
      return { say: `It is ${toolResults.at(-1)?.text ?? 'unknown'}.` };
    });
    const attempt = await attemptOf(profile, server, place);
    const asking = {
      server: [process.execPath, mailbox.server, mailbox.ask] as const,
      timeoutSeconds: 100,
    };
    const env = { ...attempt.env, FLOTILLA_ASK: mailbox.ask };
    const ended = runRealAgent(withRequest({ ...attempt, env }, { asking }));
    const asked = await Promise.race([firstQuestion(mailbox), ended]);
    if ('conclusion' in asked)
      throw new Error(
        `It did not ask, with the tools ${server.requests[0]?.tools.join(', ')}: ${JSON.stringify(asked)}`,
      );
    expect(asked).toMatchObject({ text: 'Which colour?', options: ['red', 'green'] });
    await deliver(mailbox, asked.key, { kind: 'answered', text: 'dark green' });
    const { conclusion } = await ended;
    expect(conclusion.failure).toBeNull();
    expect(conclusion.claim).toContain('dark green');
  });

  test.skipIf(profile.agent !== undefined)('goes on with its session', async () => {
    await using place = await makeAgentPlace();
    await using server = await startModelServer([{ say: 'First.' }, { say: 'Second.' }]);
    const attempt = await attemptOf(profile, server, place);
    const first = await runRealAgent(attempt);
    expect(first.conclusion).toEqual({ claim: 'First.', failure: null });
    const again = withRequest({ ...attempt, prompt: 'The checks failed.\n' }, first);
    const second = await runRealAgent(again);
    expect(second.conclusion).toEqual({ claim: 'Second.', failure: null });
    expect(second.session).toBe(first.session);
    expect(server.requests.at(-1)?.prompt).toMatch(/Do the task\.[^]*The checks failed\./u);
  });
}

function faultTrials(profile: AgentProfile): void {
  const turns: Readonly<Record<keyof AgentProfile['failures'], ModelTurn>> = {
    '401': { status: 401, message: 'invalid key' },
    '429': { status: 429, message: 'Slow down', headers: { 'retry-after': '1' } },
    '500': { status: 500, message: 'Broken' },
    cut: { cutAfter: 'I was about to' },
  };
  const faults = Object.keys(turns) as (keyof typeof turns)[];
  const ending = faults.filter((fault) => profile.failures[fault] !== 'retries');
  test.each(ending)(
    'ends as it should when the answer is %s, whatever its exit code',
    async (fault) => {
      const { conclusion } = await runOnce(profile, [turns[fault]]);
      expect(conclusion.failure?.reason, conclusion.failure?.message).toBe(profile.failures[fault]);
    },
  );

  const retrying = faults.filter((fault) => profile.failures[fault] === 'retries');
  test.each(retrying)(
    'tries again and again, and says nothing, when the answer is %s',
    async (fault) => {
      const stop = new AbortController();
      await using place = await makeAgentPlace();
      let requests = 0;
      await using server = await startModelServer(() => {
        requests += 1;
        if (requests === 2) stop.abort();
        return turns[fault];
      });
      const attempt = await attemptOf(profile, server, place);
      const { result, conclusion } = await runRealAgent({ ...attempt, stop: stop.signal });
      expect(result).toEqual({ kind: 'stopped', why: 'interrupted' });
      expect(conclusion.claim).toBe('');
    },
  );
}

function endingTrials(profile: AgentProfile): void {
  test('is stopped while the model hangs, and goes on where it can', async () => {
    const stop = new AbortController();
    await using place = await makeAgentPlace();
    await using server = await startModelServer(({ prompt }) => {
      if (prompt.includes('Go on.')) return { say: 'Here I am again.' };
      stop.abort();
      return new Promise(() => {});
    });
    const attempt = await attemptOf(profile, server, place);
    const { conclusion, result, session } = await runRealAgent({ ...attempt, stop: stop.signal });
    expect(result).toEqual({ kind: 'stopped', why: 'interrupted' });
    expect(conclusion.failure).toBeNull();
    if (profile.tellsSessionAtOnce) expect(session).not.toBeNull();
    expect(processesOf(place.root)).toEqual([]);
    const { resumes } = attempt.agent.capabilities;
    const again = withRequest(
      { ...attempt, prompt: 'Go on.\n' },
      { session: resumes ? session : null },
    );
    const next = await runRealAgent(again);
    expect(next.conclusion).toEqual({ claim: 'Here I am again.', failure: null });
  });

  test('is stopped while a tool runs, which ends with it', async () => {
    const stop = new AbortController();
    await using place = await makeAgentPlace();
    const gate = makeGate(place.directory, 'tool');
    const script = '#!/bin/sh\necho >tool.arrived\nread line <tool.open\n';
    writeFileSync(join(place.directory, 'wait.sh'), script, { mode: 0o755 });
    await using server = await startModelServer([profile.bash('./wait.sh'), { say: 'Waited.' }]);
    const attempt = await attemptOf(profile, server, place);
    const running = runRealAgent({
      ...withRequest(attempt, { allowedCommands: ['./wait.sh'] }),
      stop: stop.signal,
    });
    await gate.arrived();
    stop.abort();
    const { result } = await running;
    gate.close();
    expect(result).toEqual({ kind: 'stopped', why: 'interrupted' });
    expect(processesOf(place.root)).toEqual([]);
  });
}
