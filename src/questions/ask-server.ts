/**
 * A server of the Model Context Protocol with one tool, `ask_person`, for agents that speak it: `ask-server.ts ASK`. Every
 * agent gets a copy in its mailbox, so it imports nothing of ours. It asks by the program ASK, as any other agent does.
 */
import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';

type Message = {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
};

const [ask = ''] = process.argv.slice(2);

/** A call that is silent for long is given up by some clients: those that asked for it hear that it goes on. */
const progressMs = 10_000;

const tool = {
  name: 'ask_person',
  description:
    'Asks the person who started this work, and waits for the answer, which may take a while. Only for a decision that the task leaves open and that would be costly to undo.',
  inputSchema: {
    type: 'object',
    properties: {
      question: { type: 'string', description: 'One question, with what the person must know.' },
      options: {
        type: 'array',
        items: { type: 'string' },
        description: 'Answers to choose from; another answer may come anyway.',
      },
    },
    required: ['question'],
  },
};

function send(message: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function answer({ id, method, params = {} }: Message): void {
  // A notification.
  if (id === undefined) return;
  switch (method) {
    case 'initialize': {
      const { protocolVersion = '2025-06-18' } = params;
      const serverInfo = { name: 'flotilla', version: '1' };
      send({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
      return;
    }
    case 'ping':
      send({ id, result: {} });
      return;
    case 'tools/list':
      send({ id, result: { tools: [tool] } });
      return;
    case 'tools/call':
      call(id, params);
      return;
    default:
      send({ id, error: { code: -32601, message: `There is no method ${String(method)}` } });
  }
}

function call(id: number | string, params: Readonly<Record<string, unknown>>): void {
  const { question, options } = (params['arguments'] ?? {}) as Readonly<Record<string, unknown>>;
  if (params['name'] !== tool.name || typeof question !== 'string' || question.trim() === '') {
    send({ id, error: { code: -32602, message: 'ask_person needs a question' } });
    return;
  }
  const { progressToken } = (params['_meta'] ?? {}) as { progressToken?: number | string };
  let progress = 0;
  const timer = setInterval(() => {
    progress += 1;
    if (progressToken !== undefined)
      send({ method: 'notifications/progress', params: { progressToken, progress } });
  }, progressMs);
  const texts = Array.isArray(options) ? options.map(String) : [];
  const args = [question, ...texts.flatMap((text) => ['--option', text])];
  execFile('/bin/sh', [ask, ...args], { maxBuffer: 1024 * 1024 }, (error, text) => {
    clearInterval(timer);
    const isAnswered = error === null || error.code === 3;
    const words = isAnswered ? text : 'The question could not be put: continue without an answer.';
    send({ id, result: { content: [{ type: 'text', text: words }], isError: !isAnswered } });
  });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  try {
    answer(JSON.parse(line) as Message);
  } catch {
    send({ id: null, error: { code: -32700, message: 'This is no JSON' } });
  }
});
