import { carriedOptions, type GivenFlags } from '../model/run-settings.ts';
import { isNothing, nothingOf } from '../model/value-kind.ts';
import type { OrchestrateOptions } from './settings.ts';

/** What a command line gave, for those that follow it. */
export function givenFlags(options: OrchestrateOptions): GivenFlags {
  const values: Readonly<Record<string, unknown>> = options;
  return Object.fromEntries(
    carriedOptions.map(({ name, key, kind }) => [key, values[name] ?? nothingOf(kind)]),
  ) as GivenFlags;
}

/** The options, and where they give nothing, what an earlier command line gave. */
export function givenAgain(options: OrchestrateOptions, given: GivenFlags): OrchestrateOptions {
  const now: Readonly<Record<string, unknown>> = options;
  const then: Readonly<Record<string, unknown>> = given;
  const again = carriedOptions
    .filter(({ replacedBy }) => replacedBy.every((name) => now[name] === undefined))
    .filter(({ key, kind }) => !isNothing(kind, then[key]))
    .map(({ name, key }) => [name, then[key]] as const);
  return { ...options, ...Object.fromEntries(again) };
}
