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
import { findPlace, type Place } from '../../app/place/open-repository.ts';
import { requireInside } from '../../app/place/own-folders.ts';
import { askDigest } from '../../app/trust/asks.ts';
import { recordTrust } from '../../app/trust/trust-record.ts';
import type { CommandContext } from '../command-context.ts';
import { offerLabels } from '../init-labels.ts';

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
