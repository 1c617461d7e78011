import { expect, test, vi } from 'vitest';
import type { HubCall } from '../rig/github/calls.ts';
import { readMarkdown } from '../rig/read-markdown.ts';
import type { Running } from '../rig/flotilla.ts';
import { asks, makeAskingWorld, type AskingWorld } from './comment-answers.ts';
import { redJob } from './ci-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

async function shownQuestion({ comment, master }: AskingWorld, question: number): Promise<string> {
  const isShown = `Question ${question} (task`;
  return (await comment(master, ({ body }) => body.includes(isShown))).body;
}

/** The reply to somebody's comment on the master issue that has these words. */
async function reply({ comment, master }: AskingWorld, words: string): Promise<string> {
  const isReply = (body: string): boolean => body.includes('<!-- flotilla:reply:');
  return (await comment(master, ({ body }) => isReply(body) && body.includes(words))).body;
}

function replies({ shop, master }: AskingWorld): string[] {
  return shop
    .comments(master)
    .map(({ body }) => body)
    .filter((body) => body.includes('<!-- flotilla:reply:'));
}

/** Waits until it has looked so many times since now. */
async function looked({ hub }: AskingWorld, times: number): Promise<void> {
  const wanted = looks(hub.calls).length + times;
  await expect.poll(() => looks(hub.calls).length, { timeout: 60_000 }).toBeGreaterThan(wanted);
}

function looks(calls: readonly HubCall[]): HubCall[] {
  return calls.filter(({ operation }) => operation === 'issues/list-comments-for-repo');
}

async function expectGood(running: Running): Promise<string> {
  const { code, stdout, stderr } = await running.ended;
  expect(code, stdout + stderr).toBe(0);
  return stdout;
}

test('a question is shown on the master issue, answered there in a comment, and taken back', async () => {
  await using site = await makeAskingWorld({ titles: ['Choose a colour'] });
  const { world, shop, hub, master } = site;
  world.script({ 'agent-1': asks('Which <b>colour</b>, @ann? Closes #1') });
  const running = site.begin();
  await running.until(shownQuestion(site, 1).then(() => undefined));
  const shown = await shownQuestion(site, 1);
  expect(shown).toContain('`/answer 1 red`');
  const { kinds, prose } = readMarkdown(shown.slice(0, shown.indexOf('| |')));
  expect(kinds).not.toContain('html');
  expect(prose).toContain('colour');
  expect(prose).not.toMatch(/@ann|Closes #1/u);
  await looked(site, 5);
  const quiet = looks(hub.calls).slice(1);
  expect(quiet.filter(({ status }) => status !== 304).length).toBeLessThanOrEqual(2);

  // Looks overlap by some seconds, so they come across an answer to an earlier run.
  const status = JSON.parse((await site.start('status', '--json').ended).stdout) as {
    readonly questions: readonly { readonly askedAt: string }[];
  };
  const before = Date.parse(status.questions[0]?.askedAt ?? '') - 7_000;
  const updatedAt = new Date(before).toISOString().replace(/\.\d+Z$/u, 'Z');
  Object.assign(shop.comment(master, '/answer 1 blue', 'ann'), { updatedAt });
  await looked(site, 3);
  shop.comment(master, 'Nice! What about /answer 1 blue?', 'bob');
  shop.comment(master, '> Which colour?\n\n/answer 1 dark green', 'ann');
  const stdout = await expectGood(running);
  expect(stdout).toContain('question 1 is answered by ann: dark green');
  expect(site.published('Choose a colour', 'colour.txt')).toBe('dark green\nexit 0\n');
  expect(shop.pulls()[0]?.issue.body).toContain('`ann` answered `dark green`');
  const progress = shop.comments(master).find(({ author }) => author.login === 'una');
  expect(progress?.body).toContain('1 of 1 task done');
  expect(progress?.body).not.toContain('/answer');
  expect(replies(site)).toEqual([]);
  const after = hub.calls.length;
  expect((await site.begin().ended).stdout).toContain('Nothing left to do');
  expect(looks(hub.calls.slice(after))).toEqual([]);
});

test('a question about a pull request is answered on it', async () => {
  await using site = await makeAskingWorld({
    titles: ['Add the cart'],
    hasWorkflow: true,
    github: { ci_grace: 120 },
  });
  const { world, shop, hub, ended } = site;
  world.script({
    'agent-1.1': 'commit cart.txt wrong',
    'agent-1.2': asks('Which way?', 'way.txt'),
  });
  const running = site.begin();
  await running.until(hub.until('pull-opened').then(() => undefined));
  const pull = shop.pulls()[0]?.issue.number ?? 0;
  await ended(pull, [redJob('wrong\n')]);
  await running.until(shownQuestion(site, 1).then(() => undefined));
  shop.comment(pull, '/answer #1: left', 'bob');
  await running.until(hub.until('pull-pushed').then(() => undefined));
  await ended(pull, [{ name: 'test', conclusion: 'success' }]);
  const stdout = await expectGood(running);
  expect(stdout).toContain('question 1 is answered by bob: left');
  expect(site.published('Add the cart', 'way.txt')).toBe('left\nexit 0\n');
});

test('of two answers the first counts, and the other hears who was faster; one comment answers two questions', async () => {
  await using site = await makeAskingWorld({
    titles: ['Choose a colour', 'Choose a shape', 'Wait'],
  });
  const { world, shop, master } = site;
  const gate = world.gate('waiting');
  world.script({
    'agent-1': asks('Which colour?'),
    'agent-2': asks('Which shape?', 'shape.txt'),
    'agent-3': 'hold waiting; commit waited.txt',
  });
  const running = site.begin();
  await running.until(gate.arrived());
  await running.until(shownQuestion(site, 2).then(() => undefined));
  const isColour = running.soFar().includes('(question 1): Which colour?');
  const [colour, shape] = isColour ? [1, 2] : [2, 1];
  shop.comment(master, `/answer ${colour} red\n/answer ${shape} a circle,\nor two`, 'ann');
  shop.comment(master, `/answer ${colour} green`, 'bob');
  const late = await reply(site, 'already answered');
  expect(late).toContain(`Question ${colour} was already answered by \`ann\`: \`red\`.`);
  shop.comment(master, '/answer 17 x', 'bob');
  expect(await reply(site, 'no question 17')).toContain('No question waits for an answer.');
  gate.open();
  await expectGood(running);
  expect(replies(site)).toHaveLength(2);
  expect(site.published('Choose a colour', 'colour.txt')).toBe('red\nexit 0\n');
  expect(site.published('Choose a shape', 'shape.txt')).toBe('a circle,\nor two\nexit 0\n');
});

test('people who may not write hear so once, programs never, and nothing they say is taken', async () => {
  await using site = await makeAskingWorld({ titles: ['Choose a colour'] });
  const { world, shop, hub, master } = site;
  world.script({ 'agent-1': asks('Which colour?') });
  const running = site.begin();
  await running.until(shownQuestion(site, 1).then(() => undefined));
  hub.appToken('helpful');
  shop.comment(master, '/answer 1 robot', 'helpful[bot]');
  shop.comment(master, '/answer 1 evil', 'eve');
  await reply(site, 'Only people who may write');
  shop.comment(master, '/answer 1 more evil', 'eve');
  shop.comment(master, '/answer 1 mischief', 'mallory');
  await expect.poll(() => replies(site).length, { timeout: 60_000 }).toBe(2);
  await looked(site, 3);
  shop.comment(master, '/answer 1 red', 'una');
  await expectGood(running);
  expect(replies(site)).toHaveLength(2);
  expect(site.published('Choose a colour', 'colour.txt')).toBe('red\nexit 0\n');
});

test('answers that would do harm do none, and those that cannot be taken are replied to', async () => {
  await using site = await makeAskingWorld({ titles: ['Choose a colour', 'Wait'] });
  const { world, shop, master } = site;
  const gate = world.gate('waiting');
  world.script({
    'agent-1': asks('Which colour?'),
    'agent-2': 'hold waiting; commit waited.txt',
  });
  const running = site.begin('--max-workers', '2');
  await running.until(gate.arrived());
  await running.until(shownQuestion(site, 1).then(() => undefined));
  shop.comment(master, `/answer 1 ${'x'.repeat(1_000_000)}`, 'ann');
  expect(await reply(site, 'too long')).toContain('question 1');
  shop.comment(master, '/answer red', 'ann');
  expect(await reply(site, 'names no question')).toContain('Question 1 waits for an answer.');
  const typo = shop.comment(master, '/answer 1', 'ann');
  expect(await reply(site, 'is empty')).toContain('`/answer 3 red`');
  const hostile =
    '\u001B[31mred\u001B[0m\u202E <script>alert(1)</script> @bob `x` $(id) <!-- y -->';
  // People edit what they got wrong.
  Object.assign(typo, {
    body: `/answer 1 ${hostile}`,
    updatedAt: new Date(Date.now() + 2_000).toISOString().replace(/\.\d+Z$/u, 'Z'),
  });
  await running.printed('question 1 is answered by ann');
  shop.comment(master, '/answer 1 blue', 'bob');
  const late = await reply(site, 'already answered');
  expect(readMarkdown(late.slice(0, late.indexOf('<!-- flotilla'))).kinds).not.toContain('html');
  gate.open();
  const stdout = await expectGood(running);
  expect(stdout).not.toContain('\u001B[31m');
  expect(stdout.length).toBeLessThan(100_000);
  const text = 'red <script>alert(1)</script> @bob `x` $(id) <!-- y -->';
  expect(site.published('Choose a colour', 'colour.txt')).toBe(`${text}\nexit 0\n`);
  expect(replies(site)).toHaveLength(4);
});

test('a question that nobody answers in time is taken back, and late answers hear so', async () => {
  await using site = await makeAskingWorld({ titles: ['Choose a colour', 'Wait'] });
  const { world, shop, master } = site;
  const gate = world.gate('waiting');
  site.configure({
    questions: { patience: 3 },
    github: { ci_interval: 0.2, ci_grace: 0.2, comment_interval: 0.1 },
  });
  world.script({
    'agent-1': asks('Which colour?'),
    'agent-2': 'hold waiting; commit waited.txt',
  });
  const running = site.begin('--max-workers', '2');
  await running.until(gate.arrived());
  await running.until(shownQuestion(site, 1).then(() => undefined));
  await running.printed('question 1 was not answered in time');
  await site.comment(master, ({ body }) => body.includes('At work') && !body.includes('/answer'));
  shop.comment(master, '/answer 1 red', 'ann');
  expect(await reply(site, 'waited too long')).toContain('Question 1');
  gate.open();
  await expectGood(running);
});
