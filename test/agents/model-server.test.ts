import { expect, test } from 'vitest';
import { startModelServer, type ModelTurn } from '../rig/model-server.ts';

async function ask(url: string, words: string, more: object = {}): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'm',
      tools: [{ name: 'Bash' }],
      messages: [{ role: 'user', content: words }],
      ...more,
    }),
  });
}

test('answers each conversation by what it holds', async () => {
  await using server = await startModelServer(({ prompt }) => ({ say: `You said ${prompt}.` }));
  const answers = await Promise.all(['one', 'two'].map((words) => ask(server.url, words)));
  const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as object[];
  expect(bodies).toMatchObject([
    { content: [{ type: 'text', text: 'You said one.' }], stop_reason: 'end_turn' },
    { content: [{ type: 'text', text: 'You said two.' }] },
  ]);
});

test('streams words and tool calls', async () => {
  await using server = await startModelServer([
    { say: 'Look:', tools: [{ name: 'Bash', input: { command: 'ls' } }] },
  ]);
  const answer = await ask(server.url, 'go', { stream: true });
  const events = (await answer.text()).match(/^event: .*$/gmu);
  const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
  expect(events).toEqual(
    ['message_start', ...block, ...block, 'message_delta', 'message_stop'].map(
      (type) => `event: ${type}`,
    ),
  );
});

test('refuses with the status and headers of the script', async () => {
  await using server = await startModelServer([{ status: 429, headers: { 'retry-after': '7' } }]);
  const answer = await ask(server.url, 'go');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
  expect(await answer.json()).toMatchObject({ error: { type: 'rate_limit_error' } });
});

test('breaks the connection in the middle of an answer', async () => {
  await using server = await startModelServer([{ cutAfter: 'half' }]);
  const answer = await ask(server.url, 'go', { stream: true });
  await expect(answer.text()).rejects.toThrow(TypeError);
});

test('hangs until it is released', async () => {
  const { promise, resolve } = Promise.withResolvers<ModelTurn>();
  await using server = await startModelServer(() => promise);
  const answer = ask(server.url, 'go');
  resolve({ say: 'Now.' });
  expect(await (await answer).json()).toMatchObject({ content: [{ text: 'Now.' }] });
});

test('leaves side requests out of the script', async () => {
  await using server = await startModelServer([{ status: 500 }]);
  expect((await ask(server.url, 'a title?', { tools: [] })).status).toBe(200);
  expect(server.requests).toHaveLength(0);
  expect(server.visits).toEqual(['POST /v1/messages']);
});
