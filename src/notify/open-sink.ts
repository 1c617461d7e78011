import type { Notice } from '../model/notification/notice.ts';
import {
  isHttpSink,
  sinkName,
  type HttpSink,
  type NotificationSink,
} from '../model/notification/sink.ts';
import { noticeJson, noticeRequest } from './http-request.ts';
import { postNotice } from './post-notice.ts';
import { runProgram, type ProgramParams } from './run-program.ts';
import { refused, taken, type SinkAnswer } from './sink-answer.ts';
import { bell, desktopSequence } from './terminal-alert.ts';

/** A sink that can be sent to. */
export type OpenSink = Pick<NotificationSink, 'on'> & {
  /** For people; without its URL. */
  readonly name: string;
  /** Sends a notice, for ten seconds at most. Never rejects; ends soon after the signal. */
  readonly send: (notice: Notice, signal: AbortSignal) => Promise<SinkAnswer>;
};

export type SinkTools = {
  /** The user's environment: where URLs and secrets are, and what commands get. */
  readonly env: NodeJS.ProcessEnv;
  /** Where commands run: the root of the repository. */
  readonly directory: string;
  /** Marks processes of ours. */
  readonly marker: string;
  /** Writes what the user's terminal obeys; null without a terminal. */
  readonly terminal: ((sequence: string) => void) | null;
  /** Milliseconds that one sending takes at most; ten seconds when it is left out. */
  readonly limitMs?: number;
};

const usualLimitMs = 10_000;

/** Opens a sink of the configuration. */
export function openSink(sink: NotificationSink, tools: SinkTools): OpenSink {
  const { limitMs = usualLimitMs } = tools;
  return {
    ...{ name: sinkName(sink), on: sink.on },
    send: async (notice, signal) => {
      if (signal.aborted) return refused('there was no time left');
      return sendTo(sink, notice, {
        ...{ ...tools, signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) },
      });
    },
  };
}

type Sending = SinkTools & { readonly signal: AbortSignal };

async function sendTo(
  sink: NotificationSink,
  notice: Notice,
  sending: Sending,
): Promise<SinkAnswer> {
  if (isHttpSink(sink)) return sendOver(sink, notice, sending);
  switch (sink.kind) {
    case 'bell':
      return showIn(sending, bell);
    case 'desktop':
      return sendToDesktop(notice, sending);
    case 'command': {
      const [program = '', ...args] = sink.command;
      return runProgram(running(sending, [program, ...args], noticeJson(notice)));
    }
  }
}

function sendOver(sink: HttpSink, notice: Notice, { env, signal }: Sending): Promise<SinkAnswer> {
  const address = sink.url ?? env[sink.url_variable ?? ''] ?? '';
  if (address === '') return Promise.resolve(refused(`${sink.url_variable} is not set`));
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/u.test(url.protocol))
    return Promise.resolve(refused(`${sink.url_variable} holds no http or https URL`));
  const { kind, secret_variable: variable } = sink;
  const secret = variable === undefined ? null : (env[variable] ?? '');
  // Unsigned, it would be refused there, or believed without a signature.
  if (secret === '') return Promise.resolve(refused(`${variable} is not set`));
  return postNotice(url, noticeRequest(kind, notice, secret), signal);
}

/** Over SSH the desktop is where the terminal is; else the desktop's own program says it better. */
async function sendToDesktop(notice: Notice, sending: Sending): Promise<SinkAnswer> {
  const { env, terminal } = sending;
  const isRemote = (env['SSH_CONNECTION'] ?? '') !== '';
  if (isRemote && terminal !== null) return showIn(sending, desktopSequence(notice, env));
  const urgency = notice.kinds.includes('needs-person') ? 'critical' : 'normal';
  const options = ['--app-name=Flotilla', `--urgency=${urgency}`, '--'];
  const argv = ['notify-send', ...options, notice.title, escaped(notice.text)] as const;
  const shown = await runProgram(running(sending, argv, ''));
  if (shown.isTaken) return taken('notify-send');
  if (terminal !== null) return showIn(sending, desktopSequence(notice, env));
  return refused(`there is no terminal, and notify-send: ${shown.words}`);
}

/** Some desktops read the text as markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function showIn({ terminal }: Sending, sequence: string): SinkAnswer {
  if (terminal === null) return refused('there is no terminal');
  terminal(sequence);
  return taken('written to the terminal');
}

function running(
  { env, directory, marker, signal }: Sending,
  argv: ProgramParams['argv'],
  input: string,
): ProgramParams {
  return { argv, input, cwd: directory, env, marker, signal };
}
