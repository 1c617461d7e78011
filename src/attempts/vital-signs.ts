import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { readStatus } from '../workspace/salvage/work-status.ts';
import type { Services } from '../services/run-services.ts';

/** Judges whether an attempt is alive by its output, its CPU time and its file changes; never by what it says. */
export type VitalSigns = {
  readonly sawOutput: (bytes: number) => void;
  readonly close: () => void;
};

export type VitalSignsParams = {
  readonly ordinal: number;
  readonly attempt: number;
  readonly keeperPid: number;
  readonly workspace: string;
  /** Whether it waits for a person, which is no silence. */
  readonly isWaiting?: () => boolean;
  /** Ends an attempt that has shown no sign of life for twice the stall time. */
  readonly onDead: () => void;
};

/** An idle program's timers use less of a core than this; work uses more. */
const idleShare = 0.01;

/**
 * Watches an attempt at every beat of the pulse:
 *
 *   alive ──no sign for the stall time──▶ stalled (reported, probed) ──as long again──▶ ended
 *     ▲                                       │
 *     └──────────────any sign─────────────────┘
 */
export function watchVitalSigns(
  services: Services<'record' | 'workspaces' | 'clock' | 'settings'>,
  params: VitalSignsParams,
): VitalSigns {
  const { record } = services;
  const where = { task: params.ordinal, attempt: params.attempt } as const;
  const intervalMs = services.settings.statusIntervalSeconds * 1_000;
  let outputBytes = 0;
  let lastSign = services.clock.elapsed();
  let lastBeat = lastSign;
  let heartbeatDue = lastSign + intervalMs;
  let lastCpu: number | null = null;
  let lastChange = 0;
  let isStalled = false;
  let isClosed = false;

  const sign = (): void => {
    lastSign = services.clock.elapsed();
    isStalled = false;
  };

  const sawWork = (cpu: number | null): boolean => {
    const used = cpu !== null && lastCpu !== null ? cpu - lastCpu : 0;
    const span = (services.clock.elapsed() - lastBeat) / 1_000;
    lastCpu = cpu;
    lastBeat = services.clock.elapsed();
    return used > span * idleShare;
  };

  const beat = async (cpuSeconds: number | null): Promise<void> => {
    if (sawWork(cpuSeconds) || params.isWaiting?.() === true) sign();
    const { stallSeconds } = record.state().settings;
    // Files are looked at only when nothing else shows life: it costs a process.
    if (services.clock.elapsed() - lastSign > (stallSeconds * 1_000) / 4) {
      const change = await newestChange(services, params.workspace);
      if (change > lastChange && lastChange > 0) sign();
      lastChange = change;
    }
    if (isClosed) return;
    const silentSeconds = Math.round((services.clock.elapsed() - lastSign) / 1_000);
    // A beat may come a little early, to share its look with others.
    if (services.clock.elapsed() >= heartbeatDue - intervalMs / 8) {
      heartbeatDue = Math.max(heartbeatDue, services.clock.elapsed() - intervalMs) + intervalMs;
      record.record({ type: 'heartbeat', ...where, outputBytes, cpuSeconds, silentSeconds });
    }
    if (silentSeconds >= stallSeconds && !isStalled) {
      isStalled = true;
      const seen = `no output (${outputBytes} bytes so far), no file change, ${cpuSeconds?.toFixed(1) ?? 'unknown'} s of CPU time in all`;
      record.record({ type: 'attempt-stalled', ...where, silentSeconds, seen });
    }
    if (silentSeconds >= stallSeconds * 2) params.onDead();
  };

  const release = services.clock.pulse.watch(params.keeperPid, (cpu) => void beat(cpu));
  return {
    sawOutput: (bytes) => {
      outputBytes += bytes;
      sign();
    },
    close: () => {
      isClosed = true;
      release();
    },
  };
}

/** A look at the files that takes longer says nothing. */
const lookLimitMs = 20_000;

/** When the newest of a workspace's uncommitted files, or its index, was written; milliseconds since 1970. */
async function newestChange(
  services: Services<'workspaces' | 'clock'>,
  workspace: string,
): Promise<number> {
  try {
    const signal = AbortSignal.any([services.clock.stop.now, AbortSignal.timeout(lookLimitMs)]);
    const git = services.workspaces.git(workspace, { access: 'read', signal });
    const { entries } = await readStatus(git, 'all');
    const paths = [
      join(workspace, '.git', 'index'),
      ...entries.slice(0, 500).map(({ path }) => join(workspace, path)),
    ];
    const times = await Promise.all(
      paths.map((path) =>
        lstat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      ),
    );
    return Math.max(...times);
  } catch {
    return 0;
  }
}
