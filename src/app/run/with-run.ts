import type { Forge, IssueClaim } from '../../forge/forge.ts';
import type { Holds } from '../../coordination/holds.ts';
import type { Journal } from '../../journal/journal.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { issueKey } from '../../model/issue/issue.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { identifySelf } from '../../process/identity.ts';
import type { AppContext } from '../user-interface.ts';
import type { Configuration } from '../settings/configuration.ts';
import { readTrustedConfiguration } from '../trust/read-trusted.ts';
import {
  findWritablePlace,
  findRun,
  openPlaceJournal,
  openUserHolds,
  type Place,
} from '../place/find-place.ts';
import { givenAgain, type OrchestrateOptions } from '../settings/given-flags.ts';
import { resolveSettings, type Settings } from '../settings/settings.ts';
import { claimAgain, underClaim } from './claim-issue.ts';
import { busyRun } from './busy-run.ts';
import { openMergingForge } from './merge-forge.ts';

/** A run that is held, with all that works on it. */
export type HeldRun = {
  readonly place: Place;
  readonly settings: Settings;
  readonly configuration: Configuration;
  readonly self: ProcessIdentity;
  readonly holds: Holds;
  readonly forge: Forge;
  readonly journal: Journal;
  readonly state: RunState;
  readonly claim: IssueClaim;
  /** The run as its journal has it by now. */
  readonly reread: () => RunState;
};

/**
 * Works on a run that there is, as its one orchestrator: with its forge, its base up to date, and the settings that it
 * was started with where `options` say nothing else. Throws a `UserError` when somebody else works on it.
 */
export async function withRun<T>(
  params: {
    readonly argument: string;
    readonly options: OrchestrateOptions;
    readonly context: AppContext;
    /** Whether the command itself is the user's request to merge. */
    readonly isMergeAsked?: boolean;
  },
  work: (run: HeldRun) => Promise<T>,
): Promise<T> {
  const { env, directory, user } = params.context;
  const place = await findWritablePlace(directory, env);
  const found = await findRun(place, params.argument);
  found.journal.close();
  const { run, issue, settings: then } = found.state;
  const options = givenAgain(params.options, then.given);
  const { context, isMergeAsked = false } = params;
  const configuration = await readTrustedConfiguration({ place, options, context, isMergeAsked });
  const settings = resolveSettings(options, configuration, env);
  const self = await identifySelf();
  const holds = openUserHolds(place, self);
  try {
    const hold = await holds.tryTake(`run:${place.state.root}:${issueKey(issue)}`);
    const journal = openPlaceJournal(place);
    try {
      if (hold.state === 'held') throw busyRun(journal, issue, hold.holder.pid);
      // Before we held it, somebody else may have worked on it.
      const reread = (): RunState => foldRun(journal.read(run, 0)) ?? found.state;
      const state = reread();
      const note = user.warn;
      const claiming = { isTakenOver: params.options.takeOver ?? false };
      const forge = await openMergingForge({
        ...{ place, state, settings, holds, env, claiming, note },
      });
      const claim = await claimAgain(forge, { issue, note });
      const held = {
        place,
        settings,
        configuration,
        self,
        holds,
        forge,
        journal,
        state,
        claim,
        reread,
      };
      return await underClaim(claim, () => work(held));
    } finally {
      journal.close();
      if (hold.state === 'taken') hold.release();
    }
  } finally {
    holds.close();
  }
}
