import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Agent, AgentProgram } from '../../agents/agent.ts';
import { pickVariables } from '../../agents/program/pick-variables.ts';
import type { Holds } from '../../coordination/holds.ts';
import { secretForms } from '../../model/text/secret-forms.ts';
import { UserError } from '../../model/user-error.ts';
import { layOutFiles } from '../../attempts/agent-files.ts';
import { startKept } from '../../process/keeper.ts';
import { enterSandbox } from '../../workspace/sandbox/enter-sandbox.ts';
import { attemptMarker } from '../../workspace/environment/markers.ts';
import type { Sandbox } from '../../workspace/sandbox/sandbox.ts';
import {
  discardTaskFolders,
  openTaskEnvironment,
} from '../../workspace/environment/task-environment.ts';
import { taskFoldersOf } from '../../workspace/environment/task-folders.ts';
import type { AppContext } from '../user-interface.ts';
import type { Place } from '../place/find-place.ts';
import { handedSecrets } from '../run/handed-secrets.ts';
import type { Settings } from '../settings/settings.ts';
import { withoutSinkVariables } from '../settings/without-sink-variables.ts';

/** An agent that is asked for something outside any run. */
export type HelperParams = {
  readonly settings: Settings;
  readonly place: Place;
  readonly context: AppContext;
  readonly agent: Agent;
  readonly program: AgentProgram;
  readonly sandbox: Sandbox | null;
  readonly holds: Holds;
  readonly prompt: string;
};

/** Runs the agent under a keeper, until it ends or the user interrupts. */
export async function runHelper(
  params: HelperParams,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  const { place, settings, context, agent, program } = params;
  const given = withoutSinkVariables(context.env, settings);
  const folders = taskFoldersOf(place.state, name, 'base');
  const environment = await openTaskEnvironment({
    ...{ holds: params.holds, env: given, home: homedir(), named: settings.variables },
    ...{ identity: place.repository.identity, ...folders },
    facts: { AGENT_ID: 'assist', WORKING_DIR: path },
  });
  const reader = agent.reader();
  let errors = '';
  try {
    const filesDirectory = join(folders.directory, 'agent');
    const command = agent.command(program, {
      ...{ model: settings.model, maxTurns: settings.maxTurns, maxCostUsd: settings.maxCostUsd },
      ...{ session: null, allowedCommands: [], filesDirectory },
      // It proposes and commits nothing.
      ...{ isSandboxed: params.sandbox !== null, gitDirectories: [] },
    });
    const { argv, env } = command;
    await layOutFiles(filesDirectory, command);
    const kept = await startKept(
      {
        directory: join(folders.directory, 'attempt-1'),
        argv: await entered(params, { argv, path, ...folders }),
        cwd: path,
        env: { ...environment.variables, ...pickVariables(agent.variables, given), ...env },
        prompt: params.prompt,
        deadlineSeconds: settings.timeoutSeconds,
        graceSeconds: 5,
        marker: attemptMarker(place.state.root, name, 'base', 1),
        secrets: secretForms(handedSecrets(settings, context.env)),
      },
      (text, stream) => {
        if (stream === 'output') reader.read(text);
        else errors = `${errors}${text}`.slice(-20_000);
      },
    );
    const stop = context.user.listenForStop({
      ...{ runTimeoutSeconds: null, lost: new AbortController().signal },
      ...{ onDrain: () => undefined, onNudge: () => undefined },
    });
    stop.drain.addEventListener('abort', () => void kept.stop(), { once: true });
    const end = await kept.ended;
    stop.release();
    if (stop.drain.aborted) throw new UserError({ code: 'interrupted' });
    if (end.kind === 'stopped')
      throw new UserError({ code: 'no-proposal', why: `its agent was ${stoppedWords(end.why)}` });
    const { failure } = reader.conclude(end, errors);
    if (failure !== null) throw new UserError({ code: 'no-proposal', why: failure.message });
  } finally {
    await environment.close();
    await discardTaskFolders(folders);
  }
}

function stoppedWords(why: 'stopped' | 'timed-out'): string {
  return why === 'stopped' ? 'stopped' : 'not done in time (--timeout)';
}

async function entered(
  { sandbox, context, agent, settings, place }: HelperParams,
  at: {
    readonly argv: readonly [string, ...string[]];
    readonly path: string;
    readonly directory: string;
    readonly temporary: string;
  },
): Promise<readonly [string, ...string[]]> {
  if (sandbox === null) return at.argv;
  const { directory, temporary } = at;
  return enterSandbox({
    ...{ sandbox, argv: [...at.argv], env: context.env, home: homedir() },
    ...{ workspace: at.path, clone: place.state.clone, directory: join(directory, 'sandbox') },
    writable: [join(directory, 'cache'), temporary, join(directory, 'git')],
    shown: [...agent.home, ...settings.visible.map((path) => ({ path, mode: 'read' as const }))],
  });
}
