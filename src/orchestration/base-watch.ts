import { baseTroubles, type BaseTrouble } from '../model/base-trouble.ts';
import { checkBase } from './check-base.ts';
import type { RunTools } from './run-tools.ts';
import { whenAborted } from './when-aborted.ts';

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
 * Looks at the base before anybody is paid to work on it:
 *
 *   known to be green ────────────────▶ agents start; it is checked beside them
 *   green within base_check_wait ─────▶ agents start
 *   red ──▶ the user agrees ──────────▶ agents start; what is red there is asked of no task
 *        └▶ nobody does ──────────────▶ refused
 *   not known after base_check_wait ──▶ agents start; when it turns red later, nothing new does
 */
export function watchBase(
  tools: RunTools,
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
  const over = AbortSignal.any([tools.stop.now, tools.stop.drain, cancel]);
  const setUp = Promise.withResolvers<void>();
  const checked = guard(() => checkBase(tools, { cancel, onSetUp: setUp.resolve }));

  const refuse = (troubles: readonly BaseTrouble[]): void => {
    const { branch, sha } = tools.record.state().base;
    const message = `the base (${branch} at ${sha.slice(0, 9)}) is not ready: ${troubles.map((one) => one.message).join('; ')}`;
    tools.gate.pause({ reason: 'red-base', message, until: null });
  };

  const judge = async (): Promise<'ready' | 'refused'> => {
    const troubles = troublesOf(tools);
    if (troubles.length === 0 || tools.record.state().isRedBaseAccepted) return 'ready';
    if (await tools.agreesToRedBase(troubles, { mayAsk: true })) {
      tools.record.record({ type: 'red-base-accepted' });
      return 'ready';
    }
    if (over.aborted) return 'ready';
    isRefused = true;
    refuse(troubles);
    return 'refused';
  };

  const late = async (): Promise<void> => {
    await checked;
    const troubles = troublesOf(tools);
    if (isAwaited || troubles.length === 0 || tools.record.state().isRedBaseAccepted) return;
    // Nobody is asked in the middle of a run.
    if (await tools.agreesToRedBase(troubles, { mayAsk: false }))
      tools.record.record({ type: 'red-base-accepted' });
    else refuse(troubles);
  };

  const ready = async (): Promise<'ready' | 'refused'> => {
    const waited = await firstOf({
      checked: checked.then(() => 'checked' as const),
      ms: tools.isBaseKnownGreen ? 0 : tools.settings.baseCheckWaitSeconds * 1_000,
      over,
    });
    if (waited === 'checked') return judge();
    isAwaited = false;
    return 'ready';
  };

  const answer = ready();
  const settled = Promise.all([late(), answer]).then(() => undefined);
  void Promise.allSettled([checked, answer]).then(() => setUp.resolve());
  return {
    checked: settled,
    setUp: setUp.promise,
    ready: answer,
    isRefused: () => isRefused,
  };
}

function troublesOf({ record }: RunTools): BaseTrouble[] {
  return baseTroubles(record.state().baseChecks ?? []);
}

async function firstOf(order: {
  readonly checked: Promise<'checked'>;
  readonly ms: number;
  readonly over: AbortSignal;
}): Promise<'checked' | 'not-waited'> {
  const timer = Promise.withResolvers<'not-waited'>();
  // What is known already is known before a time of zero is over.
  const timeout = setTimeout(() => timer.resolve('not-waited'), order.ms);
  const ended = whenAborted(order.over).then(() => 'not-waited' as const);
  try {
    return await Promise.race([order.checked, timer.promise, ended]);
  } finally {
    clearTimeout(timeout);
  }
}
