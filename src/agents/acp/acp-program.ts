/**
 * Drives one agent that speaks the Agent Client Protocol through one prompt: `acp-program.ts COMMAND POLICY ASKING`. The
 * prompt comes on standard input. What the agent does goes to standard output, one JSON value a line.
 */
import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClientContext, RequestPermissionRequest } from '@agentclientprotocol/sdk';
import { askingName } from '../program/asking-servers.ts';
import { chooseOption, isAllowed } from './acp-permission.ts';

const [command = '', prefixesText = '[]', askingText = '[]'] = process.argv.slice(2);
/** The server by which it asks, with its arguments; empty when it cannot. */
const [asking = '', ...askingArgs] = JSON.parse(askingText) as readonly string[];
const directory = process.cwd();
const policy = { directory, prefixes: JSON.parse(prefixesText) as readonly string[] };

function tell(event: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

async function load(): Promise<typeof import('@agentclientprotocol/sdk')> {
  try {
    return await import('@agentclientprotocol/sdk');
  } catch {
    process.stderr.write(
      'npm install @agentclientprotocol/sdk: without it no such agent can be run\n',
    );
    process.exit(127);
  }
}

async function work(): Promise<number> {
  const { client, methods, ndJsonStream, PROTOCOL_VERSION } = await load();
  const prompt = await text(process.stdin);
  // The command is the user's own configuration, so a shell may read it.
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the agent ended by itself (${signal ?? `exit code ${code}`})`)),
    );
  });
  gone.catch(() => undefined);
  const stream = ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout));
  const converse = async (agent: ClientContext): Promise<string> => {
    await agent.request(methods.agent.initialize, {
      protocolVersion: PROTOCOL_VERSION,
      clientCapabilities: {},
      clientInfo: { name: 'flotilla', version: '1' },
    });
    const session = await agent.request(methods.agent.session.new, {
      cwd: directory,
      mcpServers:
        asking === ''
          ? []
          : [{ name: askingName, command: asking, args: [...askingArgs], env: [] }],
    });
    tell({ type: 'opened', session: session.sessionId });
    const { stopReason } = await agent.request(methods.agent.session.prompt, {
      sessionId: session.sessionId,
      prompt: [{ type: 'text', text: prompt }],
    });
    return stopReason;
  };
  try {
    const app = client({ name: 'flotilla' })
      .onNotification(methods.client.session.update, ({ params }) => {
        tell({ type: 'update', update: params.update });
      })
      .onRequest(methods.client.session.requestPermission, ({ params }) => decide(params));
    tell({
      type: 'ended',
      stopReason: await Promise.race([app.connectWith(stream, converse), gone]),
    });
    return 0;
  } catch (error) {
    const { code = null, data = null } = error as { code?: unknown; data?: unknown };
    tell({ type: 'failed', message: (error as Error).message, code, data });
    return 1;
  } finally {
    // Some agents continue although nobody listens; our parent ends what is left of their tools.
    child.kill('SIGTERM');
  }
}

type Answer = { outcome: { outcome: 'cancelled' } | { outcome: 'selected'; optionId: string } };

function decide({ toolCall, options }: RequestPermissionRequest): Answer {
  const isGranted = isAllowed(toolCall, policy);
  if (!isGranted) tell({ type: 'refused', call: toolCall });
  const optionId = chooseOption(options, isGranted);
  return {
    outcome: optionId === null ? { outcome: 'cancelled' } : { outcome: 'selected', optionId },
  };
}

const code = await work();
process.stdout.write('', () => process.exit(code));
