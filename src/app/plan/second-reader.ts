import { createHash } from 'node:crypto';
import { findAgent } from '../../agents/find-agent.ts';
import { openFactsCache } from '../../evidence/facts-cache.ts';
import type { GitIdentity } from '../../git/git.ts';
import { visibleText } from '../../intake/markdown/visible-text.ts';
import { plainText } from '../../model/text/plain-text.ts';
import type { Plan } from '../../model/plan/plan.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { SecondReading } from '../../model/plan/second-reading.ts';
import { UserError } from '../../model/user-error.ts';
import { readByRules, readerPrompt } from '../../attempts/prompt/reader-prompt.ts';
import { readAnswer } from '../../planning/reading/reader-answer.ts';
import { costText } from '../../reporting/figures.ts';
import { cacheHome } from '../place/cache-home.ts';
import { locateMember } from '../run/build-fleet.ts';
import { chooseSandbox } from '../run/carry-out.ts';
import type { Settings } from '../settings/settings.ts';
import { withoutSinkVariables } from '../settings/without-sink-variables.ts';
import { askOnce, type Answered } from './ask-once.ts';

export type ReaderAsked = {
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly identity: GitIdentity;
  /** The issue's Markdown. */
  readonly markdown: string;
  /** The files of the base. */
  readonly files: ReadonlySet<string>;
  /** Makes the plan by the rules alone. */
  readonly plan: () => Plan;
  /** Prints a line for the user. */
  readonly note: (line: string) => void;
};

/** Incremented when an earlier answer no longer fits the question. */
const promptVersion = 1;
/** Nobody waits longer for a plan, and no reading is worth more. */
const mostSeconds = 180;
const mostCostUsd = 1;
/** Characters; reading a longer issue costs more than it is worth. */
const longestIssue = 100_000;

/**
 * Has the user's agent read an issue in addition to the rules, if the settings say so: once for an issue and a plan. What
 * goes wrong is noted, and then there is no second reading. Throws a `UserError` only when the user interrupts.
 */
export async function readSecond(asked: ReaderAsked): Promise<SecondReading | null> {
  const { settings, note } = asked;
  if (settings.reader === 'off') return null;
  const plan = asked.plan();
  if (plan.tasks.length === 0) return null;
  const found = await findReading({ ...asked, plan }).catch((error: unknown) => {
    if (error instanceof UserError && error.problem.code === 'interrupted') throw error;
    return err(error instanceof UserError ? wordsOf(error) : String(error));
  });
  if (found.ok) return found.value;
  note(
    `The plan has no second reader: ${plainText(found.error, 500)}. It follows the rules alone.`,
  );
  return null;
}

/** Throws a `UserError` when the agent cannot be kept from its tools. */
export function requireReader({ reader, agent }: Pick<Settings, 'reader' | 'agent'>): void {
  const found = findAgent(agent);
  if (reader === 'off' || !found.ok || found.value.answer !== undefined) return;
  throw new UserError({ code: 'usage', message: `--reader agent: ${unfit(agent)}` });
}

function unfit(agent: string): string {
  return `${agent} cannot be kept from its tools, and a reader must have none; claude can`;
}

type Reading = Omit<ReaderAsked, 'plan'> & { readonly plan: Plan };

async function findReading(asked: Reading): Promise<Result<SecondReading, string>> {
  const { settings, plan, files, env } = asked;
  const visible = visibleText(asked.markdown);
  if (!visible.ok || visible.value.length > longestIssue)
    return err(`the issue is longer than ${longestIssue} characters`);
  const issue = visible.value;
  using cache = openFactsCache(cacheHome(env));
  const key = keyFor(settings, issue, plan);
  const cached = cache.get(key) as Answered | undefined;
  const answered = cached === undefined ? await ask(asked, issue) : ok(cached);
  if (!answered.ok) return answered;
  const { text, costUsd } = answered.value;
  const ordinals = plan.tasks.map(({ ordinal }) => ordinal);
  const read = readAnswer(text, { issue, files, ordinals });
  if (!read.ok)
    return err(costUsd === null ? read.error : `${read.error} (it cost ${costText(costUsd)})`);
  if (cached === undefined) cache.put(new Map([[key, { text, costUsd }]]));
  return ok({
    ...{ reader: settings.agent, costUsd, isCached: cached !== undefined },
    ...read.value,
  });
}

/** By what the reader is asked about: the issue, and the plan as the rules read it. */
function keyFor({ agent, model }: Settings, issue: string, plan: Plan): string {
  const whole = JSON.stringify([promptVersion, agent, model, issue, readByRules(plan)]);
  return `reading ${createHash('sha256').update(whole).digest('hex')}`;
}

async function ask(asked: Reading, issue: string): Promise<Result<Answered, string>> {
  const { settings, plan, files, identity } = asked;
  const env = withoutSinkVariables(asked.env, settings);
  const member = await locateMember(settings.agent, settings, env);
  const { agent, program, model } = member;
  if (agent.answer === undefined) return err(unfit(settings.agent));
  const maxCostUsd = Math.min(mostCostUsd, settings.maxCostUsd ?? mostCostUsd);
  return askOnce({
    ...{ member, settings, env, identity },
    command: agent.answer(program, { model, maxCostUsd }),
    prompt: readerPrompt({ issue, plan, files }),
    seconds: Math.min(mostSeconds, settings.timeoutSeconds),
    sandbox: await chooseSandbox(settings, env),
  });
}

function wordsOf({ problem }: UserError): string {
  switch (problem.code) {
    case 'agent-missing':
      return `${problem.program} is not here (${problem.fix})`;
    case 'no-sandbox':
      return `there is no sandbox for it (${problem.why})`;
    default:
      return problem.code;
  }
}
