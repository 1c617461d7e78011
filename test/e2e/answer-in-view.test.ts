import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readStatus, taskOf } from '../rig/status.ts';
import { hasTerminals, openTerminal, type InTerminal, type TerminalEnd } from '../rig/terminal.ts';
import { makeWorld, type World } from '../rig/world.ts';

const crashOnSignal = new URL('../rig/crash-on-signal.ts', import.meta.url).href;
const [escape, left, lineEnd] = ['\u001b', '\u001b[D', '\u0005'];
const me = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();

/** Asks, and commits the answer. */
const asks = (question: string): string =>
  `"$FLOTILLA_ASK" "${question}" --option red --option "dark green" >answer.txt; git add answer.txt; git commit --quiet --message "Choose"`;

type Shown = Omit<Parameters<typeof openTerminal>[1], 'args'>;

function orchestrate(world: World, shown: Shown = {}): InTerminal {
  const args = ['orchestrate', '../issue.md', '--agent', world.agent, '--force', '--check', 'true'];
  return openTerminal(world, { args, ...shown });
}

async function answered(world: World, task: number): Promise<string> {
  const { branch } = taskOf(await readStatus(world), task);
  return world.git('show', `flotilla/${branch}:answer.txt`);
}

/** Whether the terminal is as it was: keys come in lines and are shown, the cursor is there, pastes are not marked. */
function expectRestored({ screen, settings }: TerminalEnd): void {
  expect(settings.split(/[\s;]+/u)).toEqual(
    expect.arrayContaining(['icanon', 'isig', 'echo', 'icrnl', 'iexten']),
  );
  const last = (mode: string): number => screen.lastIndexOf(`${escape}[${mode}`);
  expect(last('?25h')).toBeGreaterThan(last('?25l'));
  expect(last('?2004l')).toBeGreaterThan(last('?2004h'));
}

test.runIf(hasTerminals)(
  'questions are answered where the run is shown, and their words do no harm',
  async () => {
    await using world = await makeWorld({ issue: ['Choose a colour', 'Choose another', 'Rest'] });
    const hostile = String.raw`$(printf 'Which \033[31mcolour\033[0m, \033[2J\033]0;evil\007please?\nA second line')`;
    const [second, rest] = [world.gate('second'), world.gate('rest')];
    world.script({
      'agent-1': asks(hostile),
      'agent-2': `hold second; ${asks('Which other?')}`,
      'agent-3': 'hold rest; commit rest.txt',
    });
    const terminal = orchestrate(world);
    await terminal.shows('Press a to answer');
    second.open();
    await terminal.shows('Press a to answer 2 questions');
    // What was typed ahead, or pasted, is no wish to answer.
    terminal.type('abc\r');
    await terminal.showsNext('Make it better');
    const opened = terminal.showsNext('1 of 2');
    terminal.type('a');
    await opened;
    terminal.type(`blu${left}${left}X\u007fgrün`);
    terminal.type(`${escape}[200~ 購\r物${escape}[201~`);
    await terminal.shows('> bgrün 購⏎物');
    // Another agent comes to its end and is shown, and the text stays where it is.
    const redrawn = terminal.showsNext('1 completed');
    rest.open();
    await redrawn;
    terminal.type(`${lineEnd}!`);
    await terminal.shows('> bgrün 購⏎物lu!');
    terminal.type('\t');
    await terminal.shows('2 of 2');
    terminal.type('2');
    await terminal.shows('Enter answers: dark green');
    terminal.type('\r');
    await terminal.shows('Question 2 is answered; task 2 goes on.');
    // The other one is there again, with its text.
    await terminal.shows('(question 1)');
    terminal.type('\r');
    const end = await terminal.ended;
    expect(end.code, end.screen).toBe(0);
    expectRestored(end);
    for (const harm of ['[31mcolour', '[2J', ']0;evil'])
      expect(end.screen).not.toContain(escape + harm);
    expect(end.screen).toContain('Which colour, please?');
    expect(await answered(world, 1)).toBe('bgrün 購\n物lu!\n');
    expect(await answered(world, 2)).toBe('dark green\n');
  },
  120_000,
);

test.runIf(hasTerminals)(
  'an answer from elsewhere is shown with its author, and what was typed answers nothing else',
  async () => {
    await using world = await makeWorld({ issue: ['Choose a colour', 'Choose another'] });
    const second = world.gate('second');
    world.script({
      'agent-1': asks('Which colour?'),
      'agent-2': `hold second; ${asks('Which other?')}`,
    });
    const terminal = orchestrate(world, { columns: 40, rows: 12 });
    await terminal.shows('Press a to answer');
    second.open();
    await terminal.shows('Press a to answer 2 questions');
    terminal.type('a');
    await terminal.shows('1 of 2');
    terminal.type('blue');
    await terminal.shows('> blue');
    expect((await world.flotilla('answer', 'local#1', '1', 'red')).code).toBe(0);
    await terminal.shows('Question 1 was already answered by');
    const turned = terminal.showsNext('(question 2)');
    terminal.type('\r');
    await turned;
    // Nothing was typed for this one.
    terminal.type('\r');
    await terminal.shows('An answer needs words.');
    terminal.resize(60, 20);
    const grown = terminal.showsNext('a number chooses');
    terminal.type('1');
    await terminal.shows('Enter answers: red');
    terminal.type('\u007f');
    await grown;
    const closed = terminal.showsNext('Press a to answer');
    terminal.type(escape);
    await closed;
    const again = terminal.showsNext('Esc leaves');
    terminal.type('a');
    await again;
    terminal.type('gold\r');
    const end = await terminal.ended;
    expect(end.code, end.screen).toBe(0);
    expect(end.screen).toContain(me);
    expectRestored(end);
    expect(await answered(world, 1)).toBe('red\n');
    expect(await answered(world, 2)).toBe('gold\n');
  },
  120_000,
);

test.runIf(hasTerminals).each([
  ['SIGTERM', {}],
  ['SIGHUP', {}],
  ['SIGURG', { NODE_OPTIONS: `--import=${crashOnSignal}` }],
] as const)(
  'a terminal is left as it was by %s while somebody types',
  async (signal, env) => {
    await using world = await makeWorld({ issue: ['Choose a colour'] });
    world.script({ 'agent-1.1': asks('Which colour?') });
    const terminal = orchestrate(world, { env });
    await terminal.shows('Press a to answer');
    terminal.type('a');
    await terminal.shows('Esc leaves');
    terminal.type('blue');
    await terminal.shows('> blue');
    terminal.signal(signal);
    const end = await terminal.ended;
    expect(end.code, end.screen).not.toBe(0);
    expectRestored(end);
    // An agent that was left running still waits.
    await world.flotilla('answer', 'local#1', '1', 'red');
    const next = await world.orchestrate('--check', 'true');
    expect(next.code, next.stderr).toBe(0);
  },
  60_000,
);

test.runIf(hasTerminals)(
  'while somebody types, Ctrl-C drains and then ends, and Ctrl-Z loses nothing',
  async () => {
    await using world = await makeWorld({ issue: ['Choose a colour', 'Choose another'] });
    world.script({ 'agent-1': asks('Which colour?') });
    const terminal = orchestrate(world, { columns: 80, rows: 30 });
    await terminal.shows('Press a to answer');
    terminal.type('a');
    await terminal.shows('Esc leaves');
    terminal.type('blue');
    await terminal.shows('> blue');
    // Nothing could continue us here, so the terminal is only left for a moment.
    const back = terminal.showsNext('> blue');
    terminal.type('\u001a');
    await back;
    terminal.type('\u0003');
    await terminal.shows('Draining: nothing new starts');
    terminal.type('s\u0003');
    const end = await terminal.ended;
    expect(end.code).toBe(130);
    expectRestored(end);
  },
  60_000,
);

test.runIf(hasTerminals)(
  'where no keys can be read, the command is named; where the run is watched, keys answer',
  async () => {
    await using world = await makeWorld({ issue: ['Choose a colour'] });
    world.script({ 'agent-1': asks('Which colour?') });
    const terminal = orchestrate(world, { stdin: '/dev/null' });
    await terminal.shows('flotilla answer local#1 1');
    const watching = openTerminal(world, { args: ['status', '--watch'] });
    await watching.shows('Press a to answer');
    watching.type('a');
    await watching.shows('Enter answers');
    watching.type('1\r');
    await watching.shows('Question 1 is answered; task 1 goes on.');
    const [end, watched] = await Promise.all([terminal.ended, watching.ended]);
    expect(end.code, end.screen).toBe(0);
    expect(end.screen).not.toContain('Press a');
    expectRestored(watched);
    expect(await answered(world, 1)).toBe('red\n');
  },
  60_000,
);
