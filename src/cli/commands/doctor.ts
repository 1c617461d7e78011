import { homedir } from 'node:os';
import { gitAt } from '../../git/git.ts';
import { gitVersion } from '../../git/repository.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { fitWorkers, measureResources } from '../../workspace/machine/resources.ts';
import { stateHome } from '../../workspace/state/state-directory.ts';
import { checkAgents } from '../../app/run/check-agents.ts';
import { checkGitHub } from '../../app/github/check-github.ts';
import { checkSandbox } from '../../app/run/check-sandbox.ts';
import { usualWorkers } from '../../model/plan/plan.ts';
import { knownOnly } from '../../app/settings/known-only.ts';
import { findPlace } from '../../app/place/find-place.ts';
import {
  askLines,
  readHarmlessConfiguration,
  type HarmlessConfiguration,
} from '../../app/trust/read-trusted.ts';
import type { CommandContext } from '../command-context.ts';

type Diagnosis = {
  readonly state: 'fine' | 'note' | 'bad';
  readonly what: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly fix: string;
  /** Everything that `what` only gives examples of. */
  readonly list?: readonly string[];
};

/** `flotilla doctor`: checks this machine and suggests fixes. Exits 9 when something is missing. */
export async function doctor(
  options: { readonly json?: boolean | undefined },
  context: CommandContext,
): Promise<number> {
  const { env } = context;
  const found = await Promise.all([
    checkGit(env),
    checkAgents(env),
    checkSandbox(context),
    checkTrust(context),
    checkResources(env),
    checkForge(context),
  ]);
  const all: Diagnosis[] = [
    { state: 'fine', what: `Node ${process.versions.node}`, fix: '' },
    ...found.flat(),
  ];
  const sign = { fine: '✓', note: '!', bad: '✗' } as const;
  // Scripts know the fix by its older name, too.
  const forScripts = all.map((one) => ({ ...one, mend: one.fix }));
  if (options.json) context.stdout.write(`${JSON.stringify(forScripts)}\n`);
  else
    for (const { state, what, fix } of all)
      context.stdout.write(`${sign[state]} ${what}\n${fix === '' ? '' : `    ${fix}\n`}`);
  return all.some(({ state }) => state === 'bad') ? exitCodes.other : 0;
}

async function checkForge({ directory, env }: CommandContext): Promise<Diagnosis[]> {
  const found = await knownOnly(async () => {
    const place = await findPlace(directory, env);
    const { github } = (await readHarmlessConfiguration(place)).configuration;
    return [...(await checkGitHub({ git: place.repository.git, env, github }))];
  });
  return found ?? [];
}

/** What the configuration asks for and the user has not trusted yet. */
async function checkTrust(context: CommandContext): Promise<Diagnosis[]> {
  const leftOut = (await configurationHere(context))?.leftOut ?? [];
  if (leftOut.length === 0) return [];
  const what = `the configuration asks for things that need your trust (${askLines(leftOut).join('; ')})`;
  return [
    { state: 'note', what, fix: 'Until then runs refuse to start. Trust it: flotilla trust' },
  ];
}

function configurationHere({
  directory,
  env,
}: CommandContext): Promise<HarmlessConfiguration | null> {
  return knownOnly(async () => readHarmlessConfiguration(await findPlace(directory, env)));
}

async function checkGit(env: NodeJS.ProcessEnv): Promise<Diagnosis[]> {
  const version = await gitVersion(gitAt('/', env)).catch(() => null);
  if (version === null)
    return [{ state: 'bad', what: 'git is not on PATH', fix: 'Install git 2.39 or newer.' }];
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/u.exec(version) ?? [];
  const isOld = Number(major) < 2 || (major === '2' && Number(minor) < 39);
  return [
    {
      state: isOld ? 'bad' : 'fine',
      what: version.trim(),
      fix: isOld ? 'Install git 2.39 or newer.' : '',
    },
  ];
}

async function checkResources(env: NodeJS.ProcessEnv): Promise<Diagnosis[]> {
  const resources = await measureResources(stateHome(env, homedir()));
  const fit = fitWorkers({
    ...resources,
    wanted: usualWorkers,
    worktreeMb: 20,
    isGivenByHand: false,
  });
  const { availableMemoryMb, freeDiskMb, cores } = resources;
  const what = `room for ${fit.workers} of ${usualWorkers} agents: ${Math.round(availableMemoryMb / 1024)} GB of memory, ${Math.round(freeDiskMb / 1024)} GB of disk, ${cores} cores`;
  const reasons = [...fit.reasons, ...(fit.byCores === null ? [] : [fit.byCores])];
  const state = fit.workers === 0 ? 'bad' : reasons.length > 0 ? 'note' : 'fine';
  return [{ state, what, fix: reasons.join(' ') }];
}
