import { openClient } from '../forge/github/http/client.ts';
import { openLabels, type Labels } from '../forge/github/issues/labels.ts';
import { repositoryName } from '../forge/github/repository/place.ts';
import { ForgeError } from '../model/forge-problem.ts';
import { chooseForge } from '../app/github/choose-forge.ts';
import type { Place } from '../app/place/open-repository.ts';
import { readHarmlessConfiguration } from '../app/trust/read-trusted.ts';
import { useProxy } from '../app/github/use-proxy.ts';
import type { CommandContext } from './command-context.ts';
import { tellError } from './tell-error.ts';

/** The label of master issues that are ready to be run, and those that Flotilla gives to what it makes. */
const ourLabels = [
  'parallel-orchestration-ready',
  'parallel-orchestration',
  'sub-issue',
  'diagnostic',
];

/** Shows which labels the repository on GitHub lacks, and makes them with `yes`. Without one there is nothing to say. */
export async function offerLabels(
  place: Place,
  { yes }: { readonly yes?: boolean | undefined },
  context: CommandContext,
): Promise<void> {
  const { stdout } = context;
  const home = await openLabelHome(place, context);
  if (home === null) {
    stdout.write('labels: none, for there is no remote on GitHub, or no token for it\n');
    return;
  }
  try {
    const missing = await home.labels.missing(ourLabels);
    if (missing.length === 0) stdout.write(`labels: all are on ${home.name}\n`);
    else if (yes) {
      const made = await home.labels.ensure(missing);
      stdout.write(made.length === 0 ? refused(home.name) : labelsLine('made', made, home.name));
    } else stdout.write(labelsLine('labels to be created:', missing, home.name));
  } catch (error) {
    // The files are written, and labels come by themselves when they are first needed.
    if (!(error instanceof ForgeError)) throw error;
    stdout.write(`labels: ${home.name} could not be asked; the first run creates what is needed\n`);
    await tellError(error, context);
  }
}

function labelsLine(what: string, labels: readonly string[], where: string): string {
  return `${what} ${labels.join(', ')} on ${where}\n`;
}

function refused(where: string): string {
  return `labels: your token may not create labels on ${where}; runs work without them\n`;
}

async function openLabelHome(
  place: Place,
  { env }: CommandContext,
): Promise<{ readonly labels: Labels; readonly name: string } | null> {
  const { configuration } = await readHarmlessConfiguration(place);
  const { forge, github } = configuration;
  // Which issue does not matter: the repository is asked for.
  const argument = { kind: 'number', number: 1 } as const;
  const target = await chooseForge({ argument, settings: { forge, github }, place, env });
  if (target === null) return null;
  const client = openClient({
    ...target,
    callsPerHour: github.calls_per_hour,
    onCall: () => undefined,
    onWait: () => undefined,
    isProxyIgnored: useProxy(env).isIgnored,
    now: () => new Date(),
  });
  const labels = openLabels(client, target.repository);
  return { labels, name: repositoryName(target.repository) };
}
