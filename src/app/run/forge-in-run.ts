import type { Forge } from '../../forge/forge.ts';
import { patientForge, type Patience } from '../../forge/patient-forge.ts';
import { fetchRef, type BareClone } from '../../git/bare-clone.ts';
import type { RunRecord } from '../../services/run-record.ts';
import type { StopSignals } from '../../services/run-services.ts';
import type { Settings } from '../settings/settings.ts';
import { countedForge } from './counted-forge.ts';
import { maskedForge } from './masked-forge.ts';

export type PatienceParams = {
  readonly forge: Forge;
  readonly record: RunRecord;
  readonly settings: Settings;
  readonly stop: StopSignals;
  readonly now: () => Date;
};

export type InRunParams = PatienceParams & {
  /** The bare clone of the workspaces. */
  readonly clone: BareClone;
  /** What must not be published, and must reach no prompt and no journal. */
  readonly secrets: readonly string[];
};

/**
 * The forge as a run has it: it waits out what passes, publishes no secret, its calls are journalled, and its branches
 * come to where the workspaces are made from.
 */
export function forgeInRun(params: InRunParams): Forge {
  const near = withBranchesNear(withPatience(params), params.clone);
  return countedForge(maskedForge(near, params.secrets), params.record.record);
}

/** The forge as a merge train has it: it waits out what passes. */
export function forgeInTrain(params: PatienceParams): Forge {
  return patientForge(params.forge, patienceOf(params, params.settings.github.patience), 'train');
}

function withPatience(params: PatienceParams): Forge {
  const { forge } = params;
  const { patience } = params.settings.github;
  // The run's last word on what failed: worth a moment, not an hour.
  const brief = patientForge(forge, patienceOf(params, Math.min(patience, 30)));
  const patient = patientForge(forge, patienceOf(params, patience));
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

function patienceOf({ record, stop, now }: PatienceParams, seconds: number): Patience {
  return {
    signal: stop.drain,
    longestMs: seconds * 1_000,
    now,
    onWait: ({ message }, until) =>
      void record.record({ type: 'forge-waited', message, until: until.toISOString() }),
  };
}
