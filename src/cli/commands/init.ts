import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { agentNames, findAgent } from '../../agents/find-agent.ts';
import { findBase } from '../../git/user-repository.ts';
import { readBaseEvidence } from '../../app/plan/base-evidence.ts';
import {
  claudeCodeFiles,
  initFiles,
  workflowFile,
  type InitFile,
  type InitFindings,
} from '../../app/init/init-files.ts';
import { configurationPath, readConfiguration } from '../../app/settings/configuration.ts';
import { findPlace, type Place } from '../../app/place/find-place.ts';
import { requireInside } from '../../app/place/own-folders.ts';
import { askDigest } from '../../app/trust/asks.ts';
import { recordTrust } from '../../app/trust/trust-record.ts';
import { openClient } from '../../forge/github/http/client.ts';
import { openLabels, type Labels } from '../../forge/github/issues/labels.ts';
import { repositoryName } from '../../forge/github/repository/place.ts';
import { ForgeError } from '../../model/forge-problem.ts';
import { chooseForge } from '../../app/issue/choose-forge.ts';
import { readHarmlessConfiguration } from '../../app/trust/read-trusted.ts';
import { useProxy } from '../../app/github/use-proxy.ts';
import type { CommandContext } from '../command-context.ts';
import { tellError } from '../tell-error.ts';

export type InitOptions = {
  readonly yes?: boolean | undefined;
  readonly claudeCode?: boolean | undefined;
  /** Where Flotilla itself is on GitHub, for the workflow: `owner/repository@commit`. */
  readonly workflow?: string | undefined;
};

/** `flotilla init`: shows the files and labels that a repository needs, and creates them with `--yes`. Existing ones stay as they are. */
export async function init(options: InitOptions, context: CommandContext): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const { repository } = place;
  const base = await findBase(repository, null);
  const { checks, setup } = await readBaseEvidence(repository.git, base.sha, {
    checks: null,
    setup: null,
  });
  const found: InitFindings = {
    agent: await findFirstAgent(context.env),
    checks: checks.map(({ command }) => command),
    setup,
  };
  const files = [
    ...(await initFiles(found)),
    ...(options.claudeCode ? await claudeCodeFiles() : []),
    ...(options.workflow === undefined ? [] : [await workflowFile(options.workflow)]),
  ];
  await requireInside(
    repository.root,
    files.map(({ path }) => dirname(path)),
  );
  const written: string[] = [];
  for (const file of files)
    if (await offer(file, repository.root, { ...options, ...context })) written.push(file.path);
  if (written.includes(configurationPath)) await trustOwn(place);
  await offerLabels(place, options, context);
  if (!options.yes)
    context.stdout.write('\nNothing was written or made. To do it: flotilla init --yes\n');
  return 0;
}

/** What we found and showed, and wrote with the user's agreement, needs no confirmation again. */
async function trustOwn(place: Place): Promise<void> {
  const digest = askDigest(await readConfiguration(place.repository.root));
  if (digest !== null) await recordTrust(place, digest);
}

async function findFirstAgent(env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const name of agentNames) {
    const agent = findAgent(name);
    if (agent.ok && (await agent.value.locate(env)).ok) return name;
  }
  return null;
}

/** Shows a file, or writes it where the user wants that; gives whether it was written. */
async function offer(
  { path, text, why }: InitFile,
  root: string,
  { yes, stdout }: InitOptions & Pick<CommandContext, 'stdout'>,
): Promise<boolean> {
  const file = join(root, path);
  if (!yes) {
    stdout.write(`${path}: ${why}\n`);
    if (path.endsWith('orchestration.json')) stdout.write(text.replaceAll(/^/gmu, '    '));
    return false;
  }
  await mkdir(dirname(file), { recursive: true });
  // A file that exists already was written for a reason.
  const isNew = await writeFile(file, text, { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  stdout.write(isNew ? `wrote ${path}: ${why}\n` : `left ${path} as it is\n`);
  return isNew;
}

/** The label of master issues that are ready to be run, and those that Flotilla gives to what it makes. */
const ourLabels = [
  'parallel-orchestration-ready',
  'parallel-orchestration',
  'sub-issue',
  'diagnostic',
];

/** Shows which labels the repository on GitHub lacks, and makes them with `yes`. Without one there is nothing to say. */
async function offerLabels(
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
