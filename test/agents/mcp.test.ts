import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, test } from 'vitest';
import { makeWorld, type World } from '../rig/world.ts';

const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

async function connect(world: World): Promise<Client & AsyncDisposable> {
  const client = new Client({ name: 'test', version: '1' });
  const env = Object.entries(world.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [main, 'mcp'],
      cwd: world.repository,
      env: Object.fromEntries(env),
    }),
  );
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

async function call(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<{ readonly text: string; readonly isError: boolean }> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  const [first] = content as { readonly text: string }[];
  return { text: first?.text ?? '', isError: isError === true };
}

test('a client plans, runs, follows and reads a run', async () => {
  await using world = await makeWorld({ issue: ['Add one', 'Add two'] });
  world.script({ default: 'hold gate\ncommit "$AGENT_ID.txt"' });
  const gate = world.gate('gate');
  await using client = await connect(world);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    'plan',
    'run',
    'status',
    'logs',
    'questions',
    'answer',
    'tell',
    'cancel',
    'pause',
    'continue',
    'set',
    'skip',
    'undo',
    'add',
    'list',
    'retry',
    'metrics',
  ]);

  const plan = await call(client, 'plan', { issue: '../issue.md' });
  expect(JSON.parse(plan.text)).toMatchObject({
    tasks: [{ title: 'Add one' }, { title: 'Add two' }],
  });

  const run = await call(client, 'run', { issue: '../issue.md', agent: world.agent, yes: true });
  expect(run).toMatchObject({ isError: false });
  expect(run.text).toContain('has begun');
  await gate.arrived(2);
  const running = JSON.parse((await call(client, 'status', {})).text) as { readonly state: string };
  expect(running.state).toBe('running');

  const cancelled = await call(client, 'cancel', { issue: '../issue.md', tasks: [2] });
  expect(cancelled.isError, cancelled.text).toBe(false);
  gate.open();
  const read = async (): Promise<unknown> =>
    (
      JSON.parse((await call(client, 'status', {})).text) as {
        readonly tasks: { readonly state: string }[];
      }
    ).tasks.map(({ state }) => state);
  await expect.poll(read, { timeout: 40_000, interval: 500 }).toEqual(['completed', 'cancelled']);
  expect((await call(client, 'logs', { issue: '../issue.md' })).text).toContain('Add one');
  const measured = await call(client, 'metrics', { issue: '../issue.md', since: '1d' });
  expect(JSON.parse(measured.text)).toMatchObject({ runs: 1, tasks: 2, successRate: 0.5 });
  // A number is an issue as well, and where nothing is left to do, that is the answer.
  const again = await call(client, 'run', { issue: 1, agent: world.agent });
  expect(again.text).toContain('Nothing left to do in orch-local-1-');
});

test('what is wrong comes back in the words of the command, and nothing is read as an option', async () => {
  await using world = await makeWorld({ issue: '# Nothing to do\n' });
  await using client = await connect(world);
  const run = await call(client, 'run', { issue: '../issue.md', agent: world.agent });
  expect(run).toMatchObject({ isError: true });
  expect(run.text).toContain('Parse failed: No sub-tasks found');
  const option = await call(client, 'plan', { issue: '--help' }).catch((error: unknown) => ({
    isError: true,
    text: String(error),
  }));
  expect(option.isError).toBe(true);
});
