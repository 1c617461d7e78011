import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentWords } from '../model/text/agent-words.ts';
import type { AttemptResult, AttemptWhy } from '../model/event/attempt-event.ts';
import { unreachable } from '../model/result.ts';
import type { AttemptState } from '../model/state/task-state.ts';
import type { Services } from '../services/run-services.ts';

/** Begins an attempt in its task's log, so that the log is there from the start, whatever the agent says. */
export function logBegin(
  services: Services<'record' | 'agents'>,
  ordinal: number,
  attempt: number,
): void {
  const known = services.record.task(ordinal).attempts.find((one) => one.attempt === attempt);
  if (known !== undefined) services.agents.log.append(ordinal, heading(known));
}

/** Ends an attempt in its task's log: an agent that was ended cannot say so itself. */
export function logEnd(
  services: Services<'agents'>,
  ordinal: number,
  ended: Pick<AttemptState, 'result' | 'failure'>,
): void {
  services.agents.log.append(ordinal, closing(ended));
}

/** Begins a task's log again with all that it held before an attempt, whose output is read again from its start. */
export async function restartLog(
  services: Services<'record' | 'agents'>,
  ordinal: number,
  attempt: number,
): Promise<void> {
  const texts: string[] = [];
  for (const earlier of services.record.task(ordinal).attempts) {
    if (earlier.attempt >= attempt) break;
    texts.push(heading(earlier), ...(await saidIn(services, earlier)), closing(earlier));
  }
  services.agents.log.restart(ordinal, texts.map((text) => `${text}\n`).join(''));
}

async function saidIn(
  services: Services<'agents'>,
  { agent, directory }: AttemptState,
): Promise<string[]> {
  const reader = (services.agents.agentNamed(agent) ?? services.agents.fleet.first.agent).reader();
  const output = await readFile(join(directory, 'output'), 'utf8').catch(() => '');
  return reader
    .read(output)
    .flatMap((activity) => (activity.kind === 'said' ? [activity.text] : []));
}

function heading({ attempt, why, agent, startedAt }: AttemptState): string {
  return `── attempt ${attempt}${whyWords[why]}, ${startedAt}: ${agentWords(agent)}`;
}

const whyWords: Record<AttemptWhy, string> = {
  first: '',
  'fix-checks': ', to fix its checks',
  'fix-scope': ', to stay in its scope',
  retry: ', a retry',
  'fix-ci': ', to fix the checks of its pull request',
  address: ', to address its pull request',
  resolve: ', to bring its branch and the base together',
};

function closing({ result, failure }: Pick<AttemptState, 'result' | 'failure'>): string {
  const why = failure === null ? '' : `: ${failure.message}`;
  return `── ${result === null ? 'ended' : resultWords(result)}${why}`;
}

function resultWords(result: AttemptResult): string {
  switch (result.kind) {
    case 'exited':
      return `ended with exit code ${result.code}`;
    case 'signalled':
      return `ended by signal ${result.signal}`;
    case 'not-started':
      return 'could not be started';
    case 'stopped':
      return `stopped, ${result.why}`;
    case 'lost':
      return 'lost, its keeper died';
    default:
      return unreachable(result);
  }
}
