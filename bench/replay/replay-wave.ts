import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { openPatches } from '../footprints/patches.ts';
import type { Failures } from './assignment.ts';
import { notesOf, workFromBase } from './base-branches.ts';
import type { SizedWave } from './choose-waves.ts';
import { issueText, orderedWords, taskWords } from './issue-text.ts';
import { lotFor } from './lot.ts';
import { prepareWave, type PreparedWave } from './prepare-wave.ts';
import { makeReplayUser } from './replay-user.ts';
import { runFlotilla } from './run-flotilla.ts';
import type { RunFigures } from './run-figures.ts';
import { runPlain } from './run-plain.ts';
import { findTruePairs, type Pair } from './true-pairs.ts';

/** Ways of bringing tasks together, in the order in which they run. */
export const policyNames = ['plain', 'never', 'auto', 'oracle'] as const;
export type Policy = (typeof policyNames)[number];

export type PolicyRun = {
  readonly policy: Policy;
  readonly figures: RunFigures;
  /** Blocked tasks whose agent would have succeeded on the base. */
  readonly blockedInVain: number;
  /** The folder of a run that is kept: one with a problem, or any when asked. */
  readonly log: string | null;
};

/** What became of one wave by each policy. */
export type WaveResult = {
  readonly name: string;
  readonly base: string;
  readonly subjects: readonly string[];
  /** By task. */
  readonly seconds: readonly number[];
  readonly atOnce: number;
  readonly pairs: readonly Pair[];
  readonly runs: readonly PolicyRun[];
};

export type WaveParams = {
  readonly program: string;
  readonly name: string;
  readonly source: string;
  readonly wave: SizedWave;
  readonly policies: readonly Policy[];
  readonly seed: number;
  readonly failures: Failures;
  readonly atOnce: number;
  /** How many times as long agents take. */
  readonly pace: number;
  readonly folder: string;
  /** Whether the folders of runs without a problem stay, too. */
  readonly isKept: boolean;
  /** More flags of `flotilla orchestrate`. */
  readonly more: readonly string[];
};

const limitSeconds = 180;

/** Runs one wave by each policy, one after another, each with a user of its own. */
export async function replayWave(params: WaveParams): Promise<WaveResult> {
  const { name, source, wave, seed, failures, folder, atOnce, pace } = params;
  const prepared = prepareWave({
    ...{ source, folder: join(folder, 'wave'), wave, seed, failures, pace },
  });
  const truth = await readTruth(params, prepared);
  const head = `${name} ${wave.base.slice(0, 9)}`;
  console.error(
    `${head}: true pairs ${truth.pairs.map((pair) => pair.join('-')).join(' ') || 'none'}`,
  );
  const runs: PolicyRun[] = [];
  for (const policy of params.policies) {
    const run = await runPolicy(params, prepared, { policy, truth });
    runs.push(run);
    console.error(`${head}: ${told(run, wave.tasks.length)}`);
  }
  rmSync(join(folder, 'wave'), { recursive: true });
  const subjects = prepared.messages.map((message) => message.split('\n', 1)[0] ?? '');
  const { seconds, base } = prepared;
  return { name, base, subjects, seconds, atOnce, pairs: truth.pairs, runs };
}

type Truth = {
  readonly pairs: readonly Pair[];
  /** The tasks whose agent succeeds on the base. */
  readonly alone: ReadonlySet<number>;
};

/** Makes each change on the base, without waiting, and looks which of them get in each other's way. */
async function readTruth(
  { folder, wave, source, atOnce, failures, seed }: WaveParams,
  prepared: PreparedWave,
): Promise<Truth> {
  const root = join(folder, 'truth');
  const other = { seconds: 0, failures: 'none' } as const;
  const user = makeReplayUser({ root, wave: prepared, other });
  await workFromBase(user, wave.tasks.length, atOnce);
  const notes = notesOf(user);
  const applying = new Set(
    notes.flatMap(({ task, outcome }) => (outcome === 'applied' ? [task] : [])),
  );
  await using patches = await openPatches(source, process.env);
  const pairs = await findTruePairs({ tasks: wave.tasks, patches, git: user.git, applying });
  rmSync(root, { recursive: true });
  const succeeds = (task: number): boolean =>
    failures === 'guide'
      ? lotFor('fail', seed, prepared.base, task, 1) >= 0.15
      : failures === 'none' || applying.has(task);
  return { pairs, alone: new Set(notes.map(({ task }) => task).filter(succeeds)) };
}

async function runPolicy(
  params: WaveParams,
  wave: PreparedWave,
  { policy, truth }: { readonly policy: Policy; readonly truth: Truth },
): Promise<PolicyRun> {
  const root = join(params.folder, policy);
  let run: { figures: RunFigures; events: readonly JournalEvent[] };
  try {
    const user = makeReplayUser({ root, wave });
    run = await runIn(params, { wave, policy, truth, user });
  } catch (error) {
    run = { figures: crashed(error as Error), events: [] };
  }
  const { figures } = run;
  const isWell = figures.problem === null;
  const isKept = !isWell || params.isKept;
  if (!isKept) rmSync(root, { recursive: true, force: true });
  return {
    policy,
    figures,
    blockedInVain: figures.blocked.filter((task) => truth.alone.has(task)).length,
    log: isKept ? root : null,
  };
}

type Running = {
  readonly wave: PreparedWave;
  readonly policy: Policy;
  readonly truth: Truth;
  readonly user: ReturnType<typeof makeReplayUser>;
};

async function runIn({ program, name, atOnce, more, pace }: WaveParams, running: Running) {
  const { wave, policy, truth, user } = running;
  if (policy === 'plain')
    return { figures: await runPlain({ user, seconds: wave.seconds, atOnce }), events: [] };
  const words =
    policy === 'oracle'
      ? orderedWords(wave.messages.length, truth.pairs)
      : wave.messages.map(taskWords);
  const issue = issueText(`Work on ${name.split('/').at(-1)}`, words);
  const stack = policy === 'never' ? 'never' : 'auto';
  return runFlotilla({
    ...{ program, user, issue, stack, atOnce, more },
    limitSeconds: limitSeconds * pace,
  });
}

function crashed({ message }: Error): RunFigures {
  const spans = { planning: 0, beforeAgents: 0, agents: 0, betweenAgentsAndTrain: 0, train: 0 };
  return {
    ...{ merged: [], seconds: null, agentSeconds: 0, resolutions: { asked: 0, succeeded: 0 } },
    ...{ blocked: [], stacked: [], failed: [], left: [] },
    spans: { ...spans, resolving: 0, afterLastMerge: 0 },
    problem: message,
  };
}

function told({ policy, figures }: PolicyRun, tasks: number): string {
  const { merged, seconds, failed, left, blocked, problem } = figures;
  const whys = [...failed, ...left].map(({ task, why }) => `; ${task}: ${why.slice(0, 100)}`);
  const held = blocked.length === 0 ? '' : `; blocked: ${blocked.join(', ')}`;
  const time = seconds === null ? '' : ` in ${seconds.toFixed(1)} s`;
  const wrong = problem === null ? '' : `; PROBLEM ${problem}`;
  return `${policy} merged ${merged.length} of ${tasks}${time}${whys.join('')}${held}${wrong}`;
}
