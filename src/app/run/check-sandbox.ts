import { homedir } from 'node:os';
import { findSandbox } from '../../workspace/sandbox/find-sandbox.ts';
import { readSandboxReach, type SandboxReach } from '../../workspace/sandbox/sandbox-reach.ts';
import type { Sandbox } from '../../workspace/sandbox/sandbox.ts';
import type { AppContext } from '../user-interface.ts';
import { knownOnly } from '../settings/known-only.ts';
import { findPlace } from '../place/find-place.ts';
import { readHarmlessConfiguration } from '../trust/read-trusted.ts';
import { describeWithoutSandbox } from './without-sandbox.ts';

export type SandboxDiagnosis = {
  readonly state: 'fine' | 'note';
  readonly what: string;
  readonly fix: string;
  /** Everything that `what` only gives examples of. */
  readonly list?: readonly string[];
};

/** What an agent could read and reach here, for `flotilla doctor`. */
export async function checkSandbox(
  context: Pick<AppContext, 'directory' | 'env'>,
): Promise<SandboxDiagnosis[]> {
  const { env } = context;
  const found = await findSandbox(env);
  const off = await sandboxTurnedOff(context);
  if (found.ok && off === null) return insideSandbox(found.value, env);
  const reach = await describeWithoutSandbox(env, homedir());
  const why = off?.by ?? (found.ok ? '' : found.error.message);
  const fix =
    off === null
      ? 'Install bubblewrap, for example: apt-get install bubblewrap'
      : `${off.fix} Or give --sandbox on.`;
  return [{ state: 'note', what: `no sandbox (${why}): ${reach}`, fix }];
}

async function insideSandbox(
  { program, isRoot }: Sandbox,
  env: NodeJS.ProcessEnv,
): Promise<SandboxDiagnosis[]> {
  const reach = await readSandboxReach({ env, home: homedir(), isRoot });
  return [
    {
      state: 'fine',
      what: `sandbox: bubblewrap at ${program}; agents write to their own workspace, and to caches and temporary files of their own`,
      fix: '',
    },
    {
      state: 'fine',
      what: `agents in the sandbox read everything that your account can read except ${some(reach.hidden, 'place')} (of a home, the tools of languages, the harmless part of git's configuration and what the agent itself needs are shown)`,
      fix: '',
      list: reach.hidden,
    },
    {
      state: 'note',
      what: `agents in the sandbox reach the network, with what listens on this machine, ${socketWords(reach)}${isRoot ? ", and the kernel's keyrings of root" : ', and the session keyring that they are started with'}`,
      fix: '',
      list: [...reach.abstractSockets, ...reach.sockets],
    },
  ];
}

function socketWords({ abstractSockets, sockets }: SandboxReach): string {
  const abstract =
    abstractSockets.length === 0
      ? 'abstract sockets (none now)'
      : some(abstractSockets, 'abstract socket');
  return sockets.length === 0 ? abstract : `${abstract}, ${some(sockets, 'other socket')}`;
}

const mostNamed = 8;

function some(names: readonly string[], noun: string): string {
  const named = names.slice(0, mostNamed).join(', ');
  const rest = names.length > mostNamed ? ', … (all of them with --json)' : '';
  return `${names.length} ${noun}${names.length === 1 ? '' : 's'}: ${named}${rest}`;
}

/** What turns the sandbox off here, unless an option says otherwise; null when nothing does. */
async function sandboxTurnedOff(
  context: Pick<AppContext, 'directory' | 'env'>,
): Promise<{ readonly by: string; readonly fix: string } | null> {
  const wish = context.env['FLOTILLA_SANDBOX'] ?? '';
  if (wish === 'off')
    return { by: 'FLOTILLA_SANDBOX is off', fix: 'Remove FLOTILLA_SANDBOX from the environment.' };
  if (wish !== '') return null;
  const found = await knownOnly(async () =>
    readHarmlessConfiguration(await findPlace(context.directory, context.env)),
  );
  return found?.configuration.workspace.sandbox === 'off'
    ? { by: 'the configuration turns it off', fix: 'Remove workspace.sandbox from it.' }
    : null;
}
