import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/model/event/event.ts';
import type { Ended, Running } from '../rig/flotilla.ts';
import { readStatus, taskOf } from '../rig/status.ts';
import { areAllKillsWanted } from '../rig/wanted-kills.ts';
import { makeWorld, type World } from '../rig/world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

/** Asks, writes the answer down with the exit code, and commits. */
const asks = (question: string, name = 'colour.txt'): string =>
  `"$FLOTILLA_ASK" "${question}" --option red --option "dark green" >${name}; echo "exit $?" >>${name}; git add ${name}; git commit --quiet --message "Choose"`;

const quick = (patience: number): Record<string, string> => ({
  '.claude/config/parallel-orchestration.json': JSON.stringify({ questions: { patience } }),
});

function answer(world: World, ...words: readonly string[]): Promise<Ended> {
  return world.flotilla('answer', 'local#1', ...words);
}

function pullOf(run: Awaited<ReturnType<typeof readStatus>>, task: number): string {
  return readFileSync(fileURLToPath(taskOf(run, task).pullRequest?.url ?? ''), 'utf8');
}

const flags = ['--check', 'true', '--force', '--max-workers', '1'];

test('a question waits for its answer from another terminal, and other work gets its place meanwhile', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour', 'Do the rest'] });
  world.script({ 'agent-1': asks('Which colour?'), 'agent-2': 'commit rest.txt' });
  const running = world.begin(...flags);
  await running.printed('? asks (question 1): Which colour? (red / dark green)');
  await running.printed('task 2  ✓ completed');

  const waiting = await world.flotilla('answer', 'local#1');
  expect(waiting.stdout).toContain('1  task 1: Which colour? (red / dark green)');
  expect(waiting.stdout).toContain('flotilla answer local#1 1 red');
  const status = JSON.parse((await world.flotilla('status', '--json')).stdout) as {
    questions: object[];
  };
  expect(status.questions).toEqual([
    expect.objectContaining({
      id: 1,
      task: 1,
      text: 'Which colour?',
      options: ['red', 'dark green'],
    }),
  ]);
  expect((await answer(world, '7', 'red')).code).toBe(64);

  const [one, other] = await Promise.all([
    answer(world, '1', 'dark', 'green'),
    answer(world, '1', 'red'),
  ]);
  expect(new Set([one.code, other.code])).toEqual(new Set([0, 9]));
  const won = one.code === 0 ? 'dark green' : 'red';
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect(`${one.stderr}${other.stderr}`).toContain(`already answered by`);
  const run = await readStatus(world);
  const branch = taskOf(run, 1).branch ?? '';
  expect(world.git('show', `flotilla/${branch}:colour.txt`)).toBe(`${won}\nexit 0\n`);
  expect(pullOf(run, 1)).toContain(`answered \`${won}\``);
  expect((await answer(world, '1', 'red')).stderr).toContain('already answered');
}, 120_000);

test('with nobody there the run ends by itself, and says in the pull request what was assumed', async () => {
  await using world = await makeWorld({
    issue: ['Choose a colour', 'Choose another'],
    files: quick(1),
  });
  world.script({
    'agent-1': `${asks('Which colour?')}; git commit --quiet --allow-empty --message "Note" --message "Assumption: red is fine"`,
    'agent-2': asks('Which other?', 'other.txt'),
  });
  const ended = await world.orchestrate('--check', 'true', '--force');
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  const run = await readStatus(world);
  const shown = world.git('show', `flotilla/${taskOf(run, 1).branch}:colour.txt`);
  expect(shown).toContain('Nobody answered in time');
  expect(shown).toContain('exit 3');
  expect(pullOf(run, 1)).toContain('Nobody answered `Which colour?`');
  expect(pullOf(run, 1)).toContain('Assumption: `red is fine`');
  expect(pullOf(run, 2)).toContain('did not say what it assumed');
  expect((await answer(world, '1', 'red')).stderr).toContain('has waited too long');
}, 120_000);

test('waiting for a person is neither a stall nor a part of the time limit', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour'] });
  const late = world.gate('late');
  // By then its deadline has passed, and a silent agent would have been ended.
  const bell = `(sleep 6; echo here >"$rig/late.arrived") &`;
  world.script({ 'agent-1': `${bell} ${asks('Which colour?')}` });
  const running = world.begin(...flags, '--timeout', '3', '--stall', '2');
  await running.printed('? asks');
  await running.until(late.arrived());
  expect((await answer(world, '1', 'red')).code).toBe(0);
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
}, 120_000);

test('an agent that waits for an answer is ended by its own time limit otherwise', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour'] });
  world.script({ 'agent-1': `${asks('Which colour?')}; sleep 60` });
  const running = world.begin(...flags, '--timeout', '2');
  await running.printed('? asks');
  expect((await answer(world, '1', 'red')).code).toBe(0);
  const ended = await running.ended;
  expect(ended.code).toBe(2);
  expect(taskOf(await readStatus(world), 1).failure?.reason).toBe('timed-out');
}, 120_000);

test('killed while it waits, a run takes the answer that came meanwhile, and no question is asked twice', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour', 'Choose another'] });
  world.script({
    'agent-1': asks('Which colour?'),
    'agent-2': asks('Which other?', 'other.txt'),
  });
  const running = world.begin('--check', 'true', '--force');
  await running.printed('(question 2)');
  running.signal('SIGKILL');
  await running.ended;
  expect((await answer(world, '1', 'red')).code).toBe(0);
  const again = world.begin('--check', 'true', '--force');
  await again.printed('taken over');
  expect((await answer(world, '2', '-')).code).toBe(64);
  expect((await answer(world, '2', 'dark green')).code).toBe(0);
  const ended = await again.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect([world.starts('agent-1'), world.starts('agent-2')]).toEqual([1, 1]);
  const run = await readStatus(world);
  const texts = [1, 2].map((task) =>
    world.git(
      'show',
      `flotilla/${taskOf(run, task).branch}:${task === 1 ? 'colour' : 'other'}.txt`,
    ),
  );
  expect(texts.toSorted()).toEqual(['dark green\nexit 0\n', 'red\nexit 0\n']);
}, 120_000);

test('an agent that asks without end is refused, and words that would do harm do none', async () => {
  await using world = await makeWorld({ issue: ['Ask and ask'], files: quick(1) });
  const hostile = String.raw`$(printf "\033[31mred\033[0m <script>alert(1)</script> %0100000d" 1)`;
  world.script({
    'agent-1': [
      `for n in $(seq 40); do "$FLOTILLA_ASK" "${hostile}" >>"$rig/answers" & done; wait`,
      'mkdir -p "${FLOTILLA_ASK%/*}/questions/0123456789abcdef"; ln -s /etc/passwd "${FLOTILLA_ASK%/*}/questions/0123456789abcdef/question"',
      'commit done.txt',
    ].join('\n'),
  });
  const ended = await world.orchestrate('--check', 'true', '--force');
  expect(ended.code, `${ended.stdout}${ended.stderr}`.slice(-3_000)).toBe(0);
  expect(ended.stdout).toContain('asked 20 times');
  expect(ended.stdout).not.toContain('\u001B[31mred');
  expect(ended.stdout.length).toBeLessThan(100_000);
  expect(world.noted('answers').match(/You have asked too often/gu)).toHaveLength(20);
  expect(ended.stdout).not.toContain('root:');
  const status = await world.flotilla('status');
  expect(status.stdout).toContain('The agent of task 1 asked too often (20 questions were shown)');
  expect((await world.flotilla('explain', 'questions-refused')).stdout).toContain(
    'no longer shown',
  );
}, 120_000);

test('a mailbox that an agent destroys is reported, and the agent goes on', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour'] });
  world.script({
    'agent-1': [
      'box=${FLOTILLA_ASK%/*}',
      '"$FLOTILLA_ASK" "Which colour?" >"$rig/first"; echo "exit $?" >>"$rig/first"',
      'rm -r "$box/questions"',
      '"$FLOTILLA_ASK" "Which other?"; echo "exit $?" >"$rig/second"',
      'commit done.txt',
    ].join('\n'),
  });
  const running = world.begin(...flags);
  await running.printed('? asks');
  expect((await answer(world, '1', 'red')).code).toBe(0);
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect([world.noted('first'), world.noted('second')]).toEqual(['red\nexit 0', 'exit 4']);
  expect(ended.stdout).toContain('! something that its agent asks cannot be read');
  expect((await world.flotilla('status')).stdout).toContain(
    'Something that the agent of task 1 asks cannot be read',
  );
  expect((await world.flotilla('explain', 'mailbox-failed')).stdout).toContain('The disk is full');
}, 120_000);

test('answers that an agent forges are nobody’s: the journal’s counts', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour', 'Choose another'] });
  const forged = world.gate('forged');
  // A question of its own making, answered by itself; and another program that answers a real one.
  const forge = 'printf "0\\nforged\\n"';
  world.script({
    'agent-1': [
      'box=${FLOTILLA_ASK%/*}; key=0123456789abcdef',
      `mkdir "$box/.new"; printf "Which colour?" >"$box/.new/question"; mv "$box/.new" "$box/questions/$key"`,
      `${forge} >"$box/answers/$key"; hold forged; commit colour.txt "$(tail -n 1 "$box/answers/$key")"`,
    ].join('\n'),
    'agent-2': asks('Which other?', 'other.txt'),
  });
  const running = world.begin('--check', 'true', '--force');
  await running.printed('task 1  ? asks');
  await running.printed('task 2  ? asks');
  await running.until(forged.arrived());
  const listed = await world.flotilla('answer', 'local#1', '--json');
  const open = JSON.parse(listed.stdout) as { id: number; task: number }[];
  expect(new Set(open.map(({ task }) => task))).toEqual(new Set([1, 2]));
  const idOf = (wanted: number): string => String(open.find(({ task }) => task === wanted)?.id);
  for (const task of [1, 2]) expect((await answer(world, idOf(task), 'red')).code).toBe(0);
  forged.open();
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  const run = await readStatus(world);
  for (const task of [1, 2]) {
    expect(pullOf(run, task)).toContain('answered `red`');
    expect(pullOf(run, task)).not.toContain('forged');
  }
  expect(ended.stdout).not.toContain('forged');
  expect(world.git('show', `flotilla/${taskOf(run, 2).branch}:other.txt`)).toBe('red\nexit 0\n');
}, 120_000);

test('an agent continues with what a person tells it, also with what was said while nobody was there', async () => {
  await using world = await makeWorld({ issue: ['Paint the door', 'Paint the wall'] });
  const [gate, again] = [world.gate('painting'), world.gate('again')];
  world.script({
    'agent-1.1': 'hold painting; commit door.txt blue',
    'agent-1.2': 'hold again; commit door.txt blue',
    'agent-1.3': 'commit door.txt red',
    'agent-2': 'commit wall.txt',
  });
  const running = world.begin('--check', 'true', '--force');
  await running.until(gate.arrived());
  await running.printed('task 2  ✓ completed');
  const told = await world.flotilla('tell', 'local#1', '1', 'Not blue:', 'red!');
  expect(told.stdout).toContain('The agent of task 1 continues with your words.');
  await running.until(again.arrived());
  expect(world.noted('agent-1.2.prompt')).toContain('Not blue: red!');
  running.signal('SIGKILL');
  await running.ended;
  const later = await world.flotilla('tell', 'local#1', '1', 'Quite', 'red.');
  expect(later.stdout).toContain('the next start has your words');
  const ended = await world.orchestrate('--check', 'true', '--force');
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  // No session of it can be resumed: it hears all that was said.
  expect(world.noted('agent-1.3.prompt')).toMatch(/Not blue: red![\s\S]*Quite red\./u);
  const run = await readStatus(world);
  expect(world.git('show', `flotilla/${taskOf(run, 1).branch}:door.txt`)).toBe('red\n');
  expect((await world.flotilla('tell', 'local#1', '2', 'More')).code).toBe(9);
  expect((await world.flotilla('tell', 'local#1', '7', 'More')).code).toBe(64);
}, 120_000);

const clockAhead = new URL('../rig/clock-ahead.ts', import.meta.url).href;

/** Kills a run when its agent has asked, and starts it again a day later: the clock of all that starts from then on is ahead. */
async function startNextDay(world: World, ...more: readonly string[]): Promise<Running> {
  const args = ['orchestrate', '../issue.md', '--force', '--agent', world.agent, '--check', 'true'];
  const running = world.begin('--check', 'true', ...more);
  await running.printed('? asks');
  running.signal('SIGKILL');
  await running.ended;
  const ahead = { NODE_OPTIONS: `--import=${clockAhead}`, CLOCK_AHEAD_HOURS: '25' };
  Object.assign(world.env, ahead);
  return world.start(...args, '--json', ...more);
}

/** When something of a run happened first, in seconds since 1970. */
function secondOf(events: readonly JournalEvent[], type: JournalEvent['type']): number {
  return Date.parse(events.find((event) => event.type === type)?.at ?? '') / 1_000;
}

test('started again a day later, a run still waits for its question, and the day counts for no limit', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour'] });
  const late = world.gate('late');
  // By then its deadline has passed, and a silent agent would have been ended.
  const bell = `(sleep 15; echo here >"$rig/late.arrived") &`;
  world.script({ 'agent-1': `${bell} ${asks('Which colour?')}` });
  const running = await startNextDay(world, '--timeout', '10', '--stall', '2');
  await running.printed('"type":"attempt-adopted"');
  await running.until(late.arrived());
  const status = await world.flotilla('status');
  expect(status.stdout).toContain('task 1 asks: Which colour?');
  expect((await answer(world, '1', 'red')).code).toBe(0);
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  const types = new Set(ended.events().map(({ type }) => type));
  expect(types).not.toContain('question-expired');
  expect(types).not.toContain('attempt-stalled');
  expect(world.starts('agent-1')).toBe(1);
  const run = await readStatus(world);
  expect(world.git('show', `flotilla/${taskOf(run, 1).branch}:colour.txt`)).toBe('red\nexit 0\n');
}, 120_000);

test('started again a day later, a run waits for the whole patience again, and no longer', async () => {
  await using world = await makeWorld({ issue: ['Choose a colour'], files: quick(6) });
  world.script({ 'agent-1': asks('Which colour?') });
  const running = await startNextDay(world);
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  const events = ended.events();
  const waited = secondOf(events, 'question-expired') - secondOf(events, 'attempt-adopted');
  expect(waited).toBeGreaterThan(5.5);
  expect(waited).toBeLessThan(60);
  const day = 24 * 3_600;
  expect(secondOf(events, 'question-expired') - Date.now() / 1_000).toBeGreaterThan(day);
  expect(pullOf(await readStatus(world), 1)).toContain('Nobody answered `Which colour?`');
}, 120_000);

/** Every event at which an undisturbed run may die; by default some of them. */
const deaths = areAllKillsWanted('beyond') ? [3, 5, 7, 11, 13] : [9];

test.each(deaths)(
  'killed at every %ith event, two questions are asked once, and what was answered is what was committed',
  async (step) => {
    await using world = await makeWorld({
      issue: ['Choose a colour', 'Choose another'],
      files: quick(2),
    });
    world.script({
      'agent-1': asks('Which colour?'),
      'agent-2': asks('Which other?', 'other.txt'),
    });
    Object.assign(world.env, {
      NODE_OPTIONS: `--import=${dieAtEvent}`,
      DIE_AT_EVENT: String(step),
    });
    let ended = await world.orchestrate('--check', 'true', '--force');
    for (let start = 1; ended.code === null; start += 1) {
      expect(start, ended.stdout).toBeLessThan(60);
      ended = await world.orchestrate('--check', 'true', '--force');
    }
    expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
    expect([world.starts('agent-1'), world.starts('agent-2')]).toEqual([1, 1]);
    const run = await readStatus(world);
    for (const task of [1, 2]) expect(pullOf(run, task)).toContain('Nobody answered');
  },
  300_000,
);
