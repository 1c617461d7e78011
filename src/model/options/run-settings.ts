import type { ConflictPolicy } from '../merge/conflict.ts';
import type { TrainPolicy } from '../merge/train-car.ts';
import { flagOf, type Option, type SettingName } from './option.ts';
import { runOptions } from './run-options.ts';
import type { FlagKind, GivenValue, ValueOf } from './value-kind.ts';

/** Whether a run goes on to merging by itself, and what it then requires of a pull request. */
export type MergeChoice = 'never' | TrainPolicy;

/** The parts of a run's options that outlive the command line that gave them. */
export type RunSettings = {
  readonly agent: string;
  readonly model: string | null;
  readonly maxWorkers: number;
  readonly timeoutSeconds: number;
  readonly stallSeconds: number;
  readonly checkTimeoutSeconds: number;
  readonly successThresholdPercent: number;
  readonly isOutOfScopeAllowed: boolean;
  /** Absent in journals from before runs could merge. */
  readonly merge?: MergeChoice;
  /** What is done about conflicts between tasks that are under way. This and those below: absent in older journals. */
  readonly onConflict?: ConflictPolicy;
  /** For one attempt; null: no limit. */
  readonly maxTurns?: number | null;
  /** In US dollars, for one attempt and for the run; null: no limit. */
  readonly maxCostUsd?: number | null;
  /** So many pull requests may be open without a review before new starts wait; null: any number. */
  readonly maxUnreviewed?: number | null;
  /** Whether merged changes to what the checks are count alone from now on; absent: no. */
  readonly areCheckChangesAccepted?: boolean;
  readonly given: GivenFlags;
};

type Options = typeof runOptions;

type CarriedName = {
  [Name in keyof Options]: Options[Name] extends { readonly ofOneStart: string } ? never : Name;
}[keyof Options];

/**
 * What the command line itself gave, so that the run can be started again in the same way: what comes from the
 * environment or the configuration is there the next time, too. Null, empty or `false`: not given; absent in journals
 * from before there was such an option.
 */
export type GivenFlags = {
  readonly [Name in CarriedName as SettingName<Name, Options[Name]>]?: GivenValue<
    Options[Name]['value']
  >;
};

type ChangingName = {
  [Name in keyof Options]: Options[Name] extends { readonly mayChange: true } ? Name : never;
}[keyof Options];

/** What can be changed of a run while it goes on, by the names of its settings; what is absent stays as it is. */
export type ChangedSettings = {
  readonly [Name in ChangingName as SettingName<Name, Options[Name]>]?: ValueOf<
    Options[Name]['value']
  >;
};

/** Settings with changes: these hold from now on, and `resume` and printed commands have them as if they had been given. */
export function withChanges(settings: RunSettings, changes: ChangedSettings): RunSettings {
  return { ...settings, ...changes, given: { ...settings.given, ...changes } };
}

/** An option that `resume` and printed commands have again. */
export type CarriedOption = {
  readonly name: string;
  readonly flag: string;
  /** What it is called in journals. */
  readonly key: string;
  readonly kind: FlagKind;
  /** Whether it can be changed while a run goes on. */
  readonly mayChange: boolean;
  /** When one of these is given again, what was given before does not count: itself, and what goes before it. */
  readonly replacedBy: readonly string[];
};

/** All of them, in the order in which a printed command has them. */
export const carriedOptions: readonly CarriedOption[] = Object.entries<Option>(runOptions)
  .filter(([, { ofOneStart }]) => ofOneStart === undefined)
  .map(([name, { setting = name, value: kind, mayChange = false, yieldsTo = [] }]) => ({
    ...{ name, flag: flagOf(name), key: setting, kind, mayChange },
    replacedBy: [name, ...yieldsTo],
  }));
