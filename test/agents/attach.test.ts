import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { findSandbox } from '../../src/workspace/sandbox/find-sandbox.ts';
import { agentProfiles, claudeProfile } from '../rig/agent-profiles.ts';
import type { AgentProfile } from '../rig/agent-trials.ts';
import { startArgs, worldOf } from '../rig/agent-world.ts';
import type { Ended, Running } from '../rig/flotilla.ts';
import type { ModelRequest, ModelTurn } from '../rig/model-server.ts';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { hasTerminals, startInTerminal, type InTerminal } from '../rig/terminal.ts';
import { findRealAgent, realAgentTitle, type TestAgentName } from '../rig/test-agents.ts';
import type { World } from '../rig/world.ts';

const sandbox = await findSandbox(process.env);
const [patienceMs, enterMs] = [40_000, 700];
const [down, enter] = ['\u001B[B', '\r'];

/** How a person gets past what an agent's own program asks at its start, what then shows that it takes words, and how they leave. */
type Handling = {
  readonly enter: (terminal: InTerminal) => Promise<void>;
  readonly ready: string;
  readonly leave: string;
};

/** Asked whether it trusts the folder, it hears no key for a while, and takes an answer that comes at once for one that was not meant. */
async function trustInClaude(terminal: InTerminal): Promise<void> {
  const chosen = (answer: string): Promise<string> =>
    terminal.answers(`❯\u001B[4G${answer}`).then(() => answer);
  const isTrusted = terminal.shows('cycle').then(() => true);
  if (await Promise.race([isTrusted, terminal.shows('cancel').then(() => false)])) return;
  for (;;) {
    terminal.type(down);
    const now = await Promise.race([chosen('Yes'), chosen('No'), delay(enterMs, 'nothing')]);
    if (now !== 'Yes') continue;
    terminal.type(enter);
    const then = await Promise.race([terminal.answers('cycle').then(() => 'in'), chosen('No')]);
    if (then === 'in') return;
  }
}

const handlings: Readonly<Partial<Record<TestAgentName, Handling>>> = {
  claude: { enter: trustInClaude, ready: 'cycle', leave: '/exit' },
  gemini: { enter: () => Promise.resolve(), ready: '@path', leave: '/quit' },
};

function handlingOf({ name }: AgentProfile): Handling {
  const found = handlings[name];
  if (found === undefined) throw new Error(`Nobody knows how to handle ${name}`);
  return found;
}

/** A run whose agent hangs after its first tool, until a person has worked in its session. */
type Stage = {
  readonly world: World;
  readonly running: Running;
  /** Resolves when the model was asked by the automation for the second time. */
  readonly hangs: Promise<void>;
  /** Resolves when a person's words have reached the model. */
  readonly heard: Promise<void>;
};

async function begin(profile: AgentProfile, mode: 'on' | 'off'): Promise<Stage> {
  const [hangs, heard] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const tried = new Set<string>();
  const once = (command: string, then: string): ModelTurn => {
    if (tried.has(command)) return { say: then };
    tried.add(command);
    return profile.bash(command);
  };
  const work = ({ prompt, toolResults }: ModelRequest): ModelTurn | Promise<ModelTurn> => {
    const isSaid = prompt.includes('Paint it red');
    if (prompt.includes('a person has worked here'))
      return isSaid
        ? once('git add made.txt && git commit -m "Add what was made"', 'Committed.')
        : { say: 'I do not know what they said.' };
    if (isSaid) {
      heard.resolve();
      return once('./make.sh', 'Painted.');
    }
    if (toolResults.length === 0) return profile.bash('git status');
    hangs.resolve();
    return new Promise(() => undefined);
  };
  const world = await worldOf(profile, mode, work);
  // As somebody has it who has used it before.
  const known = {
    hasCompletedOnboarding: true,
    customApiKeyResponses: { approved: ['not-a-key'] },
    projects: { [world.root]: { hasTrustDialogAccepted: true } },
  };
  writeFileSync(join(world.home, '.claude.json'), JSON.stringify(known));
  const running = world.start(...startArgs(profile), '--json');
  return { world, running, hangs: hangs.promise, heard: heard.promise };
}

/** Opens the session in a terminal and waits until the agent's program takes words. */
async function attach({ world }: Stage, profile: AgentProfile): Promise<InTerminal> {
  const terminal = startInTerminal(world, 'attach', '../issue.md', '1');
  const { enter: enterProgram, ready } = handlingOf(profile);
  await whole(terminal, enterProgram(terminal));
  await whole(terminal, terminal.shows(ready));
  return terminal;
}

/** A terminal that shows nothing more must not keep a test that would never say what it showed. */
async function whole(terminal: InTerminal, done: Promise<void>): Promise<void> {
  const isDone = await Promise.race([
    done.then(() => true),
    delay(patienceMs, false, { ref: false }),
  ]);
  if (!isDone) throw new Error(`It shows nothing more:\n${terminal.screenNow().slice(-3_000)}`);
}

/** Enter that comes right after words is taken for a part of them by some: it is pressed until something comes of it. */
async function say(terminal: InTerminal, words: string, done: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const isDone = done.then(() => over.abort());
  terminal.type(words);
  await whole(
    terminal,
    (async () => {
      while (!over.signal.aborted) {
        terminal.type(enter);
        await delay(enterMs, undefined, { signal: over.signal }).catch(() => undefined);
      }
      await isDone;
    })(),
  );
}

function eventsOf(running: Running): JournalEvent[] {
  const lines = running.soFar().split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as JournalEvent);
}

/** Codex, OpenCode and Copilot ask more of their terminal than `script` answers; a person's terminal answers. */
const profiles = Object.values(agentProfiles).filter(({ name }) => Object.hasOwn(handlings, name));

describe.skipIf(!hasTerminals)('a person in the session of', () => {
  describe.each(profiles)('$name', (profile) => {
    const isMissing = findRealAgent(profile.name) === null;
    const title = `works in its own program, and the agent continues: ${realAgentTitle(profile.name)}`;
    test.skipIf(isMissing)(`${title}, without a sandbox`, { timeout: 120_000 }, () =>
      workInside(profile, 'off'),
    );
    test.skipIf(isMissing || !sandbox.ok)(`${title}, in one`, { timeout: 120_000 }, () =>
      workInside(profile, 'on'),
    );
  });
});

async function workInside(profile: AgentProfile, mode: 'on' | 'off'): Promise<void> {
  const stage = await begin(profile, mode);
  const { world, running } = stage;
  await running.until(stage.hangs);
  const terminal = await attach(stage, profile);
  const told = await world.flotilla('status', '../issue.md', '--json');
  expect(JSON.parse(told.stdout).tasks[0].attached).toMatchObject({ by: expect.any(String) });
  await say(terminal, 'Paint it red', stage.heard);
  await whole(terminal, terminal.shows('Painted'));
  await say(terminal, handlingOf(profile).leave, terminal.ended);
  const left = await terminal.ended;
  expect(left.screen).toContain('Its agent continues with the session.');
  expect(left.code, left.screen).toBe(0);
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`.slice(-3_000)).toBe(0);
  const types = ended.events().map(({ type }) => type);
  expect(types.filter((type) => type === 'attempt-intended')).toHaveLength(2);
  expect(types).toContain('task-detached');
  const run = await readStatus(world);
  expect(world.git('show', `${refOf(run, 1)}:made.txt`)).toBe('made\n');
  if (profile === claudeProfile) expect(taskOf(run, 1).costUsd).toBeGreaterThan(0);
}

/** The process that a person attached with, as the journal has it. */
function attacherOf(running: Running): number {
  const event = eventsOf(running).findLast(({ type }) => type === 'attach-requested');
  if (event?.type !== 'attach-requested') throw new Error('Nobody has attached');
  return event.attacher.pid;
}

function committed(world: World, running: Ended): Promise<void> {
  return readStatus(world).then((run) => {
    expect(running.code, `${running.stdout}${running.stderr}`.slice(-3_000)).toBe(0);
    expect(world.git('show', `${refOf(run, 1)}:made.txt`)).toBe('made\n');
  });
}

const isHere = hasTerminals && findRealAgent('claude') !== null;

describe.skipIf(!isHere)('what happens to a person in a session', { timeout: 120_000 }, () => {
  test.each(['off', 'on'] as const)(
    'their process is killed: its program is ended, and the agent continues (sandbox %s)',
    async (mode) => {
      if (mode === 'on' && !sandbox.ok) return;
      const stage = await begin(claudeProfile, mode);
      await stage.running.until(stage.hangs);
      const terminal = await attach(stage, claudeProfile);
      await say(terminal, 'Paint it red', stage.heard);
      await whole(terminal, terminal.shows('Painted'));
      process.kill(attacherOf(stage.running), 'SIGKILL');
      const ended = await stage.running.ended;
      await committed(stage.world, ended);
      const detached = ended.events().find(({ type }) => type === 'task-detached');
      expect(detached).toMatchObject({ why: 'lost' });
      await terminal.ended;
    },
  );

  test('their window closes, and the agent continues', async () => {
    const stage = await begin(claudeProfile, 'off');
    await stage.running.until(stage.hangs);
    const terminal = await attach(stage, claudeProfile);
    await say(terminal, 'Paint it red', stage.heard);
    await whole(terminal, terminal.shows('Painted'));
    terminal.close();
    const ended = await stage.running.ended;
    await committed(stage.world, ended);
    expect(ended.events().map(({ type }) => type)).toContain('task-detached');
  });

  test('the orchestrator is killed meanwhile: the next start waits for them, and continues', async () => {
    const stage = await begin(claudeProfile, 'on');
    const { world } = stage;
    await stage.running.until(stage.hangs);
    const terminal = await attach(stage, claudeProfile);
    stage.running.signal('SIGKILL');
    await stage.running.ended;
    const next = world.start(...startArgs(claudeProfile), '--json');
    await next.printed('run-resumed');
    await say(terminal, 'Paint it red', stage.heard);
    await whole(terminal, terminal.shows('Painted'));
    await say(terminal, '/exit', terminal.ended);
    expect((await terminal.ended).screen).toContain('Its agent continues with the session.');
    const ended = await next.ended;
    await committed(world, ended);
    expect(ended.events().filter(({ type }) => type === 'attempt-intended')).toHaveLength(1);
  });

  test('the orchestrator was killed before: its agent is ended, and the next start continues', async () => {
    const stage = await begin(claudeProfile, 'off');
    const { world } = stage;
    await stage.running.until(stage.hangs);
    await stage.running.printed('session-opened');
    stage.running.signal('SIGKILL');
    await stage.running.ended;
    const terminal = await attach(stage, claudeProfile);
    await say(terminal, 'Paint it red', stage.heard);
    await whole(terminal, terminal.shows('Painted'));
    await say(terminal, '/exit', terminal.ended);
    expect((await terminal.ended).screen).toContain('Nobody works on the run now.');
    const next = await world.flotilla(...startArgs(claudeProfile), '--json');
    await committed(world, next);
    const before = next.events().find(({ type }) => type === 'attempt-ended');
    expect(before).toMatchObject({ attempt: 1, result: { kind: 'stopped' } });
  });

  test('a second person is refused, and cancelling the task ends the first one’s program', async () => {
    const stage = await begin(claudeProfile, 'off');
    const { world } = stage;
    await stage.running.until(stage.hangs);
    const terminal = await attach(stage, claudeProfile);
    const second = await startInTerminal(world, 'attach', '../issue.md', '1').ended;
    expect(second.code).toBe(9);
    expect(second.screen).toContain('is attached to task 1');
    expect((await world.flotilla('cancel', '../issue.md', '1')).code).toBe(0);
    const left = await terminal.ended;
    expect(left.code).toBe(9);
    expect(left.screen).toContain('You are not attached to task 1 any more: it is cancelled.');
    await stage.running.ended;
    // Its workspace is kept, so that its session can be opened without any automation.
    const again = await attach(stage, claudeProfile);
    await say(again, '/exit', again.ended);
    expect((await again.ended).screen).toContain('issue.md --retry --tasks 1');
  });
});
