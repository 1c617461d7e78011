import { runOptions } from '../../model/options/run-options.ts';
import { carriedOptions, type GivenFlags } from '../../model/options/run-settings.ts';
import { isNothing, nothingOf, type ValueOf } from '../../model/options/value-kind.ts';

/** The options of `orchestrate`, as the command line gives them: those that are absent were not given. */
export type OrchestrateOptions = {
  readonly [Name in keyof typeof runOptions]?:
    | ValueOf<(typeof runOptions)[Name]['value']>
    | undefined;
};

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
