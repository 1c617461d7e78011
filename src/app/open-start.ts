import { UserError } from '../model/user-error.ts';
import { chooseForge, type GitHubTarget } from './issue/choose-forge.ts';
import { readStartRequest, type StartRequest } from './github/start-request.ts';
import { readIssueArgument, type IssueArgument } from './issue/issue-argument.ts';
import { findWritablePlace, type Place } from './place/find-place.ts';
import { withKeptChanges } from './place/kept-changes.ts';
import { requireReader } from './plan/second-reader.ts';
import type { Configuration } from './settings/configuration.ts';
import type { OrchestrateOptions } from './settings/given-flags.ts';
import { resolveSettings, type Settings } from './settings/settings.ts';
import {
  askLines,
  readHarmlessConfiguration,
  readTrustedConfiguration,
  type TrustParams,
} from './trust/read-trusted.ts';
import type { AppContext } from './user-interface.ts';

/** What is settled before an issue is opened. */
export type Start = {
  readonly place: Place;
  readonly settings: Settings;
  readonly wanted: IssueArgument;
  /** Null: an issue of the local forge. */
  readonly target: GitHubTarget | null;
  /** The event on GitHub that asks for this; null when the user does. */
  readonly request: StartRequest | null;
};

/** Finds the repository, settles the options, and says where the issue is. Throws a `UserError` for what makes no sense. */
export async function openStart(
  argument: string,
  { options, context }: { readonly options: OrchestrateOptions; readonly context: AppContext },
): Promise<Start> {
  const place = await findWritablePlace(context.directory, context.env);
  const kept = await withKeptChanges(place, argument, options);
  const configuration = await configurationFor({ place, options: kept, context });
  const settings = resolveSettings(kept, configuration, context.env);
  if (options.reader === 'agent') requireReader(settings);
  const wanted = readIssueArgument(argument);
  requireFileAtHome(wanted, options);
  const target = await chooseForge({ argument: wanted, settings, place, env: context.env });
  return { place, settings, wanted, target, request: await findRequest(options, target) };
}

/** A dry run starts nothing, so it does not ask: it leaves out what is not trusted, and says so. */
async function configurationFor(params: TrustParams): Promise<Configuration> {
  const { place, options, context } = params;
  if (!options.dryRun) return readTrustedConfiguration(params);
  const { configuration, leftOut } = await readHarmlessConfiguration(place, options.trust);
  if (leftOut.length > 0)
    context.user.warn(
      [
        'The configuration asks for things that need your trust. This plan leaves them out, and a run will ask (flotilla trust):',
        ...askLines(leftOut).map((line) => `  ${line}`),
      ].join('\n'),
    );
  return configuration;
}

/** A file is an issue of the local forge, whatever the configuration says of numbers. */
function requireFileAtHome({ kind }: IssueArgument, { forge }: OrchestrateOptions): void {
  if (kind !== 'file' || forge !== 'github') return;
  const message =
    'A Markdown file runs on the local forge. To run it on GitHub, make an issue of it and give its number: gh issue create --title … --body-file …';
  throw new UserError({ code: 'usage', message });
}

/** The event that asks for this; null when the user does. */
async function findRequest(
  { event }: OrchestrateOptions,
  target: GitHubTarget | null,
): Promise<StartRequest | null> {
  if (event === undefined) return null;
  if (target !== null) return readStartRequest(event);
  const message = '--event is for issues on GitHub: a run of a file needs no permission there';
  throw new UserError({ code: 'usage', message });
}
