import type { Forge } from '../../forge/forge.ts';
import { patientForge, type Patience } from '../../forge/patient-forge.ts';
import { fetchRef, type BareClone } from '../../git/bare-clone.ts';
import type { RunRecord } from '../../services/run-record.ts';
import type { StopSignals } from '../../services/run-services.ts';
import type { Settings } from '../settings/settings.ts';
import { countedForge } from './counted-forge.ts';
import { discreetForge } from './discreet-forge.ts';

export type PatienceOrder = {
  readonly forge: Forge;
  readonly record: RunRecord;
  readonly settings: Settings;
  readonly stop: StopSignals;
  readonly now: () => Date;
};

export type InRunOrder = PatienceOrder & {
  /** The bare clone of the workspaces. */
  readonly clone: BareClone;
  /** What must not be published, and must reach no prompt and no journal. */
  readonly secrets: readonly string[];
};

/**
 * The forge as a run has it: it waits out what passes, publishes no secret, its calls are journalled, and its branches
 * come to where the workspaces are made from.
 */
export function forgeInRun(order: InRunOrder): Forge {
  const near = withBranchesNear(withPatience(order), order.clone);
  return countedForge(discreetForge(near, order.secrets), order.record.record);
}

/** The forge as a merge train has it: it waits out what passes. */
export function forgeInTrain(order: PatienceOrder): Forge {
  return patientForge(order.forge, patienceOf(order, order.settings.github.patience), 'train');
}

function withPatience(order: PatienceOrder): Forge {
  const { forge } = order;
  const { patience } = order.settings.github;
  // The run's last word on what failed: worth a moment, not an hour.
  const brief = patientForge(forge, patienceOf(order, Math.min(patience, 30)));
  const patient = patientForge(forge, patienceOf(order, patience));
  return {
    ...patient,
    ensureIssue: (issue) => (issue.kind === 'diagnostic' ? brief : patient).ensureIssue(issue),
  };
}

function withBranchesNear(forge: Forge, clone: BareClone): Forge {
  return {
    ...forge,
    fetchBranch: async (branch) => {
      const sha = await forge.fetchBranch(branch);
      const [from, to] = [`refs/heads/${branch}`, `refs/flotilla/published/${branch}`];
      await fetchRef(clone, { repository: forge.repository, from, to });
      return sha;
    },
  };
}

function patienceOf({ record, stop, now }: PatienceOrder, seconds: number): Patience {
  return {
    signal: stop.drain,
    longestMs: seconds * 1_000,
    now,
    onWait: ({ message }, until) =>
      void record.record({ type: 'forge-waited', message, until: until.toISOString() }),
  };
}
