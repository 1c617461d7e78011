import type { CommitStanding } from '../../forge/forge.ts';
import { baseTroubles } from '../../diagnosis/base-troubles.ts';
import type { Services, RunServices } from '../../services/run-services.ts';
import { whenAborted } from '../../services/when-aborted.ts';
import { checkBase } from './check-base.ts';

/** What is known of the base, for those who are about to work on it. */
export type BaseWatch = {
  /** Resolves when setup and checks have run on the base, or will not in this run. */
  readonly checked: Promise<void>;
  /** Resolves when a workspace may be set up: the base's own setup has passed, or is waited for no longer. */
  readonly setUp: Promise<void>;
  /** Resolves when agents may start, or are refused. */
  readonly ready: Promise<'ready' | 'refused'>;
  readonly isRefused: () => boolean;
};

/**
 * Checks the base before any agent is paid to work on it:
 *
 *   known to be green ─────────────────▶ agents start; it is checked meanwhile
 *   green within base_check_wait ──────▶ agents start
 *   not known after base_check_wait ───▶ agents start; when it turns red later, nothing new does
 *   red, here or on the forge
 *     ├─▶ the user agrees ─────────────▶ agents start; what is red there is required of no task
 *     └─▶ nobody does ─────────────────▶ refused
 *
 * It is known to be green where the forge's own checks of it are, or where an earlier run of ours saw it pass.
 */
export function watchBase(
  services: RunServices,
  {
    cancel,
    guard,
  }: {
    readonly cancel: AbortSignal;
    /** Runs work whose bugs must not end the run. */
    readonly guard: (work: () => Promise<void>) => Promise<void>;
  },
): BaseWatch {
  let isRefused = false;
  let isAwaited = true;
  const over = AbortSignal.any([services.clock.stop.now, services.clock.stop.drain, cancel]);
  const setUp = Promise.withResolvers<void>();
  const checked = guard(() => checkBase(services, { cancel, onSetUp: setUp.resolve }));

  /** Whether there is something against the base that the user did not agree to. */
  const isBad = async (mayAsk: boolean): Promise<boolean> =>
    !(await isAgreedTo(services, mayAsk)) && !over.aborted;

  const judge = async (): Promise<'ready' | 'refused'> => {
    isRefused = await isBad(true);
    if (isRefused) refuse(services);
    return isRefused ? 'refused' : 'ready';
  };

  const ready = async (): Promise<'ready' | 'refused'> => {
    const known = await Promise.race([askForge(services), whenAborted(over)]);
    if ((await judge()) === 'refused') return 'refused';
    const isKnownGreen = services.settings.isBaseKnownGreen || known === 'passed';
    const waited = await firstOf({
      checked: checked.then(() => 'checked' as const),
      ms: isKnownGreen ? 0 : services.settings.baseCheckWaitSeconds * 1_000,
      over,
    });
    if (waited === 'checked') return judge();
    isAwaited = false;
    return 'ready';
  };

  const answer = ready();
  const late = async (): Promise<void> => {
    await Promise.all([checked, answer]);
    // Nobody is asked in the middle of a run.
    if (!isAwaited && (await isBad(false))) refuse(services);
  };
  const settled = late();
  void Promise.allSettled([checked, answer]).then(() => setUp.resolve());
  return {
    checked: settled,
    setUp: setUp.promise,
    ready: answer,
    isRefused: () => isRefused,
  };
}

/** Whether nothing is against the base, or the user lets the run continue in spite of it. */
async function isAgreedTo(
  { record, settings }: Services<'record' | 'settings'>,
  mayAsk: boolean,
): Promise<boolean> {
  const troubles = baseTroubles(record.state());
  if (troubles.length === 0 || record.state().isRedBaseAccepted) return true;
  if (!(await settings.agreesToRedBase(troubles, { mayAsk }))) return false;
  record.record({ type: 'red-base-accepted' });
  return true;
}

function refuse({ record, agents }: Services<'record' | 'agents'>): void {
  const { branch, sha } = record.state().base;
  const what = baseTroubles(record.state()).map(({ message }) => message);
  const message = `the base (${branch} at ${sha.slice(0, 9)}) is not ready: ${what.join('; ')}`;
  agents.gate.pause({ reason: 'red-base', message, until: null });
}

/** Notes what the forge's own checks say of the base, where it has any and can be asked now. */
async function askForge({
  forge,
  record,
}: Services<'record' | 'forge'>): Promise<CommitStanding['checks']> {
  if (!forge.can.checks) return 'none';
  const standing = await forge.baseStanding(record.state().base.sha).catch(() => null);
  if (standing === null) return 'none';
  if (standing.checks !== 'none') record.record({ type: 'base-seen-on-forge', ...standing });
  return standing.checks;
}

async function firstOf(params: {
  readonly checked: Promise<'checked'>;
  readonly ms: number;
  readonly over: AbortSignal;
}): Promise<'checked' | 'not-waited'> {
  const timer = Promise.withResolvers<'not-waited'>();
  // What is known already is known before a time of zero is over.
  const timeout = setTimeout(() => timer.resolve('not-waited'), params.ms);
  const ended = whenAborted(params.over).then(() => 'not-waited' as const);
  try {
    return await Promise.race([params.checked, timer.promise, ended]);
  } finally {
    clearTimeout(timeout);
  }
}
