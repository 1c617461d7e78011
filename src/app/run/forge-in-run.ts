import type { ClosingForge, Forge, ForgeHome, MergingForge } from '../../forge/forge.ts';
import { patientForge, patientMerging, type Patience } from '../../forge/patient-forge.ts';
import { plainText, withoutControls } from '../../model/text/plain-text.ts';
import type { RunRecord } from '../../services/run-record.ts';
import type { StopSignals } from '../../services/run-tools.ts';
import { redact } from '../../reporting/redact.ts';
import type { Settings } from '../settings/settings.ts';

export type PatienceOrder = {
  readonly record: RunRecord;
  readonly settings: Settings;
  readonly stop: StopSignals;
  readonly now: () => Date;
};

export type InRunOrder = PatienceOrder & {
  readonly forge: ForgeHome;
  /** What must not be published. */
  readonly secrets: readonly string[];
};

/** The forge as a run has it: it waits out what passes, publishes no secret, and its calls are journalled. */
export function forgeInRun(order: InRunOrder): Forge {
  const { forge, record, settings } = order;
  const patient = patientForge(forge, patienceOf(order, settings.github.patience));
  const { findPublished } = patient;
  // The run's last word on what failed: worth a moment, not an hour.
  const brief = patientForge(forge, patienceOf(order, Math.min(settings.github.patience, 30)));
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      const usage = forge.usage?.();
      if (usage !== undefined) record.record({ type: 'forge-used', ...usage });
    }
  };
  const clean = <T extends { readonly title: string; readonly body: string }>(item: T): T => ({
    ...item,
    title: redact(plainText(item.title, 250), order.secrets),
    body: redact(withoutControls(item.body), order.secrets),
  });
  return {
    ensureIssue: (issue) =>
      counted((issue.kind === 'diagnostic' ? brief : patient).ensureIssue(clean(issue))),
    push: (push) => patient.push(push),
    ensurePullRequest: (pull) => counted(patient.ensurePullRequest(clean(pull))),
    ...(findPublished === undefined
      ? {}
      : { findPublished: (asked) => counted(findPublished(asked)) }),
  };
}

/** The forge as a merge train has it: it waits out what passes. */
export function forgeInTrain(
  order: PatienceOrder & { readonly forge: MergingForge & ClosingForge },
): MergingForge & ClosingForge {
  return patientMerging(order.forge, patienceOf(order, order.settings.github.patience));
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
