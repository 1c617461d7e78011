import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalEvent } from '../../model/event/event.ts';
import { UserError } from '../../model/user-error.ts';
import { advanceRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { isAlive } from '../../process/identity.ts';
import { failingLines } from '../../reporting/words/failing-lines.ts';
import { eventLine } from '../../reporting/words/event-lines.ts';
import { goOnCommand } from '../../reporting/ending/retry-command.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import { copyGrowing, type GrowingCopy } from '../../app/clean/copy-growing.ts';
import { followRun, whenLeft, type FollowEnd } from '../../app/run/follow-run.ts';
import {
  findPlace,
  findSoundRun,
  type FoundRun,
  type SoundRun,
} from '../../app/place/find-place.ts';
import type { CommandContext } from '../command-context.ts';
import { tellDamage } from '../tell-damage.ts';

export type LogsOptions = {
  readonly follow?: boolean | undefined;
  readonly raw?: boolean | undefined;
  /** Only this many lines of what is there. */
  readonly tail?: number | undefined;
};

/** `flotilla logs [issue] [task]`: what happened in a run, or what one task's agent said (`--raw`: its whole output). */
export async function logs(
  params: {
    readonly issue: string | undefined;
    readonly task: number | undefined;
    readonly options: LogsOptions;
  },
  context: CommandContext,
): Promise<number> {
  const { options, task: wanted } = params;
  const place = await findPlace(context.directory, context.env);
  const found = await findSoundRun(place, params.issue);
  try {
    if (wanted === undefined) return await showRun(found, options, context);
    const known = found.state.tasks.map(({ ordinal }) => ordinal);
    if (!known.includes(wanted))
      throw new UserError({ code: 'no-such-task-in-run', ordinals: [wanted], known });
    const files = (state: RunState): string[] => {
      const task = state.tasks.find(({ ordinal }) => ordinal === wanted);
      return options.raw
        ? (task?.attempts ?? []).map(({ directory }) => join(directory, 'output'))
        : [runtimePaths(place.repository.root, state).agentLog(wanted)];
    };
    const tail = tailOf(options, context);
    const onCut = (): void => tellCut(options, context);
    const copy = copyGrowing(context.stdout, { tail, onCut });
    if (options.follow) await followFiles(found, { copy, files, stderr: context.stderr });
    else await copy(files(found.state));
    return tellDamage(found.damages, context.stderr);
  } finally {
    found.journal.close();
  }
}

/** Nobody reads more lines than these on a terminal, and they push out what was there before. */
const mostOnTerminal = 1_000;

function tailOf({ tail }: LogsOptions, { stdout }: CommandContext): number | null {
  return tail ?? (stdout.isTTY ? mostOnTerminal : null);
}

/** A user who asked for the last lines does not wonder where the others are. */
function tellCut({ tail }: LogsOptions, { stderr }: CommandContext): void {
  if (tail === undefined)
    stderr.write(
      `… only the last ${mostOnTerminal} lines are shown: --tail N shows more, a pipe (| less) shows all.\n`,
    );
}

async function showRun(
  { journal, state, events, damages }: SoundRun,
  options: LogsOptions,
  context: CommandContext,
): Promise<number> {
  const { stdout, stderr } = context;
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const linesOf = (event: JournalEvent, now: RunState): readonly string[] => {
    const line = eventLine(now, event, zone);
    const failing = event.type === 'check-ended' ? failingLines(event.result) : [];
    return line === null ? [] : [line, ...failing.map((text) => `          ${text}`)];
  };
  let before: RunState | null = null;
  const known = events.flatMap((event) => linesOf(event, (before = advanceRun(before, event))));
  const tail = tailOf(options, context) ?? known.length;
  if (known.length > tail) tellCut(options, context);
  for (const line of tail === 0 ? [] : known.slice(-tail)) stdout.write(`${line}\n`);
  if (options.follow) {
    let shown = state;
    const seen = events.at(-1)?.seq ?? 0;
    const onEvent = (event: JournalEvent, now: RunState): void => {
      shown = now;
      if (event.seq > seen) for (const line of linesOf(event, now)) stdout.write(`${line}\n`);
    };
    const how = await followRun({ journal, run: state.run, left: whenLeft(), onEvent });
    tellDeath(how, shown, stderr);
    return 0;
  }
  return tellDamage(damages, stderr);
}

/** Between two looks at files that grow: as often as people read. */
const restMs = 200;
/** What is logged is written behind the run: its last words may come after its end. */
const lastWordsMs = 5_000;

/** Copies a task's files as they grow, until the run has ended. */
async function followFiles(
  { journal, state }: FoundRun,
  params: {
    readonly copy: GrowingCopy;
    readonly files: (state: RunState) => string[];
    readonly stderr: NodeJS.WritableStream;
  },
): Promise<void> {
  let now = state;
  let how: FollowEnd | null = null;
  const left = whenLeft();
  const following = followRun({
    journal,
    run: state.run,
    left,
    onEvent: (_event, advanced) => (now = advanced),
  }).then((end) => (how = end));
  following.catch(() => undefined);
  const isOver = async (): Promise<boolean> => how !== null && (await hasFallenSilent(now, left));
  while (!(await isOver())) {
    await params.copy(params.files(now));
    await Promise.race([following, delay(restMs)]);
  }
  await params.copy(params.files(now));
  tellDeath(await following, now, params.stderr);
}

async function hasFallenSilent({ orchestrator }: RunState, left: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + lastWordsMs;
  while (!left.aborted && performance.now() < deadline && (await isAlive(orchestrator)))
    await delay(restMs);
  return true;
}

function tellDeath(how: FollowEnd, state: RunState, stderr: NodeJS.WritableStream): void {
  if (how !== 'orphaned') return;
  const next = `Its orchestrator died. Continue with: ${goOnCommand(state)}`;
  stderr.write(`${state.run} is interrupted. ${next}\n`);
}
