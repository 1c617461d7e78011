import { availableParallelism } from 'node:os';
import { usualWorkers } from '../../model/plan/plan.ts';
import { configurationKeys } from '../../model/options/configuration-keys.ts';
import type { ConfigurationKey, Option, SettingName } from '../../model/options/option.ts';
import { runOptions } from '../../model/options/run-options.ts';
import type { GivenFlags } from '../../model/options/run-settings.ts';
import { UserError } from '../../model/user-error.ts';
import type { ValueKind, ValueOf } from '../../model/options/value-kind.ts';
import type { BatchChoice } from '../../planning/order/batches.ts';
import { configuredValue, environmentValue, type Configuration } from './configuration.ts';
import { givenFlags, type OrchestrateOptions } from './given-flags.ts';

/** All that can be set, by the command line or not. */
const table = { ...runOptions, ...configurationKeys };

type Table = typeof table;

type SetName = {
  [Name in keyof Table]: Table[Name] extends { readonly ofOneStart: string } ? never : Name;
}[keyof Table];

/** Null where nothing is said of it and it has no default; a switch is off then. */
type SetValue<Entry extends { readonly value: ValueKind }> =
  | ValueOf<Entry['value']>
  | (Entry extends { readonly configured: infer Kind extends ValueKind } ? ValueOf<Kind> : never)
  | (Entry extends { readonly default: unknown } | { readonly value: { readonly kind: 'switch' } }
      ? never
      : null);

/** What the table says, by the names of the settings. */
type Resolved = {
  readonly [Name in SetName as SettingName<Name, Table[Name]>]: SetValue<Table[Name]>;
};

/** What holds for a run: the command line before the environment before the configuration before our defaults. */
export type Settings = Omit<Resolved, 'maxWorkers' | 'batches' | 'batchSize'> & {
  readonly maxWorkers: number;
  readonly isMaxWorkersGiven: boolean;
  /** Agents at once before the cores lower it. */
  readonly wantedWorkers: number;
  /** Null: all tasks of a phase at once. */
  readonly batches: BatchChoice | null;
  /** What only the configuration says of GitHub; the rest is settings of their own. */
  readonly github: Omit<Configuration['github'], 'draft' | 'ci_fixes'>;
  /** What of all this the command line gave. */
  readonly given: GivenFlags;
};

/** Puts a run's settings together. Throws a `UserError` when options, or a variable, make no sense. */
export function resolveSettings(
  options: OrchestrateOptions,
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
): Settings {
  if (options.fresh && !options.retry)
    throw new UserError({
      code: 'usage',
      message: '--fresh says how failed tasks are tried again: give --retry, too',
    });
  const { batchSize: _size, ...resolved } = resolve(options, configuration, env);
  const wanted = resolved.maxWorkers;
  return {
    ...resolved,
    maxWorkers: wanted ?? Math.min(usualWorkers, availableParallelism()),
    wantedWorkers: wanted ?? usualWorkers,
    isMaxWorkersGiven: wanted !== null,
    batches: batchChoice(options),
    github: configuration.github,
    given: givenFlags(options),
  };
}

function resolve(
  options: OrchestrateOptions,
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
): Resolved {
  const given: Readonly<Record<string, unknown>> = options;
  const settings = Object.entries<Option | ConfigurationKey>(table)
    .filter(([, entry]) => !('ofOneStart' in entry))
    .map(([name, entry]) => {
      const {
        setting = name,
        value,
        default: usual = value.kind === 'switch' ? false : null,
      } = entry;
      const said = environmentValue(entry, env) ?? configuredValue(entry, configuration) ?? usual;
      const isAdded = 'isAdded' in entry;
      return [setting, isAdded ? [said, given[name] ?? []].flat() : (given[name] ?? said)] as const;
    });
  return Object.fromEntries(settings) as Resolved;
}

function batchChoice({ batch, batchSize }: OrchestrateOptions): BatchChoice | null {
  if (batch !== undefined && batchSize !== undefined)
    throw new UserError({
      code: 'usage',
      message: 'Give --batch or --batch-size: both divide the tasks',
    });
  if (batch !== undefined) return { kind: 'groups', groups: batch };
  return batchSize === undefined ? null : { kind: 'size', size: batchSize };
}
