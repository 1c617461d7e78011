import { UserError } from '../../model/user-error.ts';
import { plainText } from '../../model/text/plain-text.ts';
import type { AppContext } from '../user-interface.ts';
import {
  configurationPath,
  readConfiguration,
  type Configuration,
} from '../settings/configuration.ts';
import type { Place } from '../place/find-place.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';
import { askDigest, asksBeyond, asksOf, withoutAsks, type Ask } from './asks.ts';
import { isTrusted, recordTrust } from './trust-record.ts';

export type TrustParams = {
  readonly place: Place;
  readonly options: OrchestrateOptions;
  readonly context: AppContext;
  /** Whether the command itself is the user's request to merge; left out: no. */
  readonly isMergeAsked?: boolean;
};

/**
 * The repository's configuration, for a command that obeys it: with what needs trust, once the user has given it, now or
 * before. Asks on a terminal, and throws a `UserError` where nobody can be asked or the answer is no.
 */
export async function readTrustedConfiguration(params: TrustParams): Promise<Configuration> {
  const { place, options, context, isMergeAsked = false } = params;
  const configuration = await readConfiguration(place.repository.root);
  const digest = askDigest(configuration);
  if (digest === null || options.trust === true) return configuration;
  const asks = asksBeyond(configuration, { options, env: context.env, isMergeAsked });
  if (asks.length === 0 || (await isTrusted(place, digest))) return configuration;
  // What is trusted is the whole, so that it is asked for once.
  const all = asksOf(configuration);
  if (!context.user.canAsk || !(await agrees(all, context)))
    throw new UserError({
      code: 'config-untrusted',
      file: configurationPath,
      asks: askLines(asks),
    });
  await recordTrust(place, digest);
  return configuration;
}

/** A configuration for a command that only reads, with what was left out of it because it is not trusted yet. */
export type HarmlessConfiguration = {
  readonly configuration: Configuration;
  readonly leftOut: readonly Ask[];
};

/** The configuration as far as it can be obeyed without asking: whole where the user has trusted it. */
export async function readHarmlessConfiguration(
  place: Place,
  trust = false,
): Promise<HarmlessConfiguration> {
  const configuration = await readConfiguration(place.repository.root);
  const digest = askDigest(configuration);
  if (digest === null || trust || (await isTrusted(place, digest)))
    return { configuration, leftOut: [] };
  return { configuration: withoutAsks(configuration), leftOut: asksOf(configuration) };
}

/** What is asked for, a line each. A terminal shows the words of the file and never obeys them. */
export function askLines(asks: readonly Ask[]): readonly string[] {
  return asks.map(({ key, words }) => `${key}: ${plainText(words, 1_000)}`);
}

function agrees(asks: readonly Ask[], { user }: AppContext): Promise<boolean> {
  const what = `This repository's configuration, ${configurationPath}, asks for your trust:`;
  const lines = askLines(asks).map((line) => `  ${line}`);
  return user.confirm(
    [what, ...lines],
    'Trust it with this, until it asks for anything else? [y/N] ',
  );
}
