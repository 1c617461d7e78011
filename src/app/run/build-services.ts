import type { OriginalChecks } from '../../verification/original-checks.ts';
import { findAgent } from '../../agents/find-agent.ts';
import type { IssueRef } from '../../model/issue/issue.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { secretForms } from '../../model/text/secret-forms.ts';
import { attachingOf } from '../../orchestration/task/attaching.ts';
import { cancellationOf } from '../../orchestration/task/cancellation.ts';
import { holdingOf } from '../../radar/react-to-conflicts.ts';
import { startPulse } from '../../services/pulse.ts';
import { openReviewGate, type ReviewGate } from '../../services/review-gate.ts';
import { openStartGate } from '../../services/start-gate.ts';
import type { ExecutionSettings } from '../../services/execution-settings.ts';
import type {
  RunAgents,
  RunForge,
  RunPlaces,
  RunServices,
  StopSignals,
  TaskLog,
} from '../../services/run-services.ts';
import { renderDiagnosticIssue } from '../../reporting/ending/diagnostic-issue.ts';
import { fitWorkers, measureResources } from '../../workspace/machine/resources.ts';
import type { BaseEvidence } from '../plan/base-evidence.ts';
import type { Settings } from '../settings/settings.ts';
import { openOriginalChecks } from './open-original-checks.ts';
import { recruit } from './build-fleet.ts';
import { forgeInRun } from './forge-in-run.ts';
import { openPlaces } from './open-places.ts';
import { handedKeys, handedSecrets } from './handed-secrets.ts';

import { buildWorkspaces, type WorkspacesParams } from './build-workspaces.ts';

export type ServicesParams = WorkspacesParams & {
  readonly evidence: BaseEvidence;
  readonly stop: StopSignals;
  /** MB that a checkout of the base takes. */
  readonly worktreeMb: number;
  readonly self: ProcessIdentity;
  readonly log: TaskLog;
  /** What the issue asks for now; left out where no task is begun. */
  readonly readIssue?: RunForge['readIssue'];
  readonly isBaseKnownGreen?: boolean;
  /** Left out: the user does not agree. */
  readonly agreesToRedBase?: ExecutionSettings['agreesToRedBase'];
};

/** How long lies between two looks at what reviewers say: on GitHub they cost nothing while nothing changes, but are many. */
export function reviewLookMs({ forge }: IssueRef, { github }: Settings): number {
  return forge === 'local' ? 2_000 : github.ci_interval * 1_000;
}

/** Builds what a run needs from the real world: the one place where adapters meet the run. */
export async function buildServices(params: ServicesParams): Promise<RunServices> {
  const { record, settings } = params;
  const now = (): Date => new Date();
  const workspaces = await buildWorkspaces(params);
  const { clone } = workspaces;
  const original = await openOriginalChecks(clone.git, record.state().firstBase, settings);
  // What must not appear in an issue where the user reads it; and the forge's own token.
  const secrets = [...handedSecrets(settings, params.env), ...params.forge.secrets];
  const pulse = startPulse(() => {
    const { stallSeconds } = record.state().settings;
    return Math.min(settings.statusIntervalSeconds, stallSeconds / 4) * 1_000;
  });
  const places = await openPlaces(params);
  record.listen(({ type }) => {
    if (type === 'settings-changed') pulse.retime();
  });
  return {
    record,
    forge: {
      ...forgeInRun({ ...params, clone, secrets, now }),
      readIssue: params.readIssue,
      diagnose: (found) => renderDiagnosticIssue({ state: found, secrets }),
    },
    workspaces,
    agents: buildAgents(params, places, now),
    clock: {
      now,
      elapsed: () => performance.now(),
      startedAt: now().toISOString(),
      pulse,
      stop: params.stop,
      cancelSignal: cancellationOf(record),
      holdSignal: holdingOf(record),
      attachSignal: attachingOf(record),
    },
    settings: executionSettings(params, original),
  };
}

function buildAgents(params: ServicesParams, places: RunPlaces, now: () => Date): RunAgents {
  const { record, self, log, settings, env } = params;
  const own = new Map(params.fleet.own);
  return {
    ...{ self, log, places, fleet: { ...params.fleet, own } },
    recruit: async (ordinal) => {
      const task = record.state().plan?.tasks.find((one) => one.ordinal === ordinal);
      const found = task === undefined ? null : await recruit(settings, task, env);
      if (found !== null) own.set(ordinal, found);
    },
    agentNamed: (name) => {
      const found = findAgent(name);
      return found.ok ? found.value : null;
    },
    gate: openStartGate(record, now),
    reviews: reviewGate(params, now),
    shortage: () => findShortage(params),
  };
}

function reviewGate({ record, settings, forge }: ServicesParams, now: () => Date): ReviewGate {
  return openReviewGate({
    ...{ record, now, look: forge.reviews },
    patienceMs: settings.reviewPatienceSeconds * 1_000,
    everyMs: reviewLookMs(record.state().issue, settings),
  });
}

function executionSettings(
  params: ServicesParams,
  original: OriginalChecks | null,
): ExecutionSettings {
  const { settings, evidence, env } = params;
  const instructions = [settings.instructions, evidence.instructions];
  return {
    setup: evidence.setup,
    checks: evidence.checks,
    original,
    isBaseKnownGreen: params.isBaseKnownGreen ?? false,
    agreesToRedBase: params.agreesToRedBase ?? (() => Promise.resolve(false)),
    secretForms: secretForms(handedSecrets(settings, env)),
    keyForms: secretForms(handedKeys(settings, env)),
    statusIntervalSeconds: settings.statusIntervalSeconds,
    baseCheckWaitSeconds: settings.baseCheckWaitSeconds,
    radarSeconds: settings.radarSeconds,
    soloControls: settings.soloControl,
    // Where no agent may be asked, none works for the train.
    workAgain: settings.resolveAttempts === 0 ? 0 : settings.workAgain,
    questionPatienceSeconds: settings.questionPatienceSeconds,
    isPlaceHeld: settings.isPlaceHeld,
    isMergedAsReady: settings.isMergedAsReady,
    limitPauseSeconds: settings.limitPauseSeconds,
    ci: {
      fixes: settings.ciFixes,
      patienceSeconds: settings.github.ci_patience,
      intervalSeconds: settings.github.ci_interval,
      graceSeconds: settings.github.ci_grace,
    },
    policy: {
      hasSetup: evidence.setup !== null,
      checkFixes: settings.checkFixes,
      automaticRetries: settings.automaticRetries,
    },
    instructions: instructions.filter((text) => text !== '').join('\n\n'),
    isCopyingFiles: settings.copy.length > 0,
    allowedSecrets: settings.allowedSecrets,
  };
}

/** One more agent needs its memory and its disk now, whatever the plan was. */
async function findShortage({
  place,
  settings,
  worktreeMb,
}: ServicesParams): Promise<string | null> {
  const resources = await measureResources(place.state.root);
  const fit = fitWorkers({
    ...resources,
    wanted: 1,
    worktreeMb,
    isGivenByHand: settings.isMaxWorkersGiven,
  });
  return fit.workers > 0 ? null : fit.reasons.join('; ');
}
