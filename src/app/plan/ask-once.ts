import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentActivity, AgentCommand, AgentReader } from '../../agents/agent.ts';
import { pickVariables } from '../../agents/program/pick-variables.ts';
import type { GitIdentity } from '../../git/git.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { secretForms } from '../../model/text/secret-forms.ts';
import { UserError } from '../../model/user-error.ts';
import { layOutFiles } from '../../attempts/agent-files.ts';
import type { KeptEnd } from '../../process/claim.ts';
import { startKept } from '../../process/keeper.ts';
import {
  privateGitConfiguration,
  workEnvironment,
} from '../../workspace/environment/environment.ts';
import { enterSandbox } from '../../workspace/sandbox/enter-sandbox.ts';
import type { Sandbox } from '../../workspace/sandbox/sandbox.ts';
import type { FleetMember } from '../../services/fleet.ts';
import { handedSecrets } from '../run/handed-secrets.ts';
import type { Settings } from '../settings/settings.ts';

/** One question to an agent that can answer without tools. */
export type Question = {
  readonly member: FleetMember;
  readonly command: AgentCommand;
  readonly prompt: string;
  readonly seconds: number;
  /** Null: none. */
  readonly sandbox: Sandbox | null;
  readonly settings: Pick<Settings, 'variables' | 'visible'>;
  readonly identity: GitIdentity;
  readonly env: NodeJS.ProcessEnv;
};

/** What it said last, and what that took. */
export type Answered = { readonly text: string; readonly costUsd: number | null };

/**
 * Asks an agent once, in an empty directory that is removed afterwards. An error says why there is no answer. Throws a
 * `UserError` when the user interrupts.
 */
export async function askOnce(question: Question): Promise<Result<Answered, string>> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'flotilla-reader-')));
  try {
    return await ask(question, root);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function ask(question: Question, root: string): Promise<Result<Answered, string>> {
  const { member, command, prompt, seconds, settings, env } = question;
  const place = (name: string): string => join(root, name);
  await Promise.all(
    ['empty', 'tmp', 'no-credentials'].map((name) => mkdir(place(name), { mode: 0o700 })),
  );
  await writeFile(place('gitconfig'), privateGitConfiguration(env, homedir()));
  await layOutFiles(place('agent'), command);
  const reader = member.agent.reader(place('empty'));
  const activities: AgentActivity[] = [];
  let errors = '';
  const kept = await startKept(
    {
      directory: place('attempt'),
      argv: await entered(question, place),
      cwd: place('empty'),
      env: {
        ...workEnvironment({
          ...{ env, named: settings.variables, identity: question.identity },
          ...{ gitConfiguration: place('gitconfig'), emptyDirectory: place('no-credentials') },
        }),
        ...pickVariables(member.agent.variables, env),
        ...{ ...command.env, TMPDIR: place('tmp') },
      },
      ...{ prompt, deadlineSeconds: seconds, graceSeconds: 2, marker: root },
      secrets: secretForms(handedSecrets(settings, env)),
    },
    (text, stream) => {
      if (stream === 'output') activities.push(...reader.read(text));
      else errors = `${errors}${text}`.slice(-20_000);
    },
  );
  return conclude(await untilEnded(kept), { reader, activities, errors, seconds });
}

/** Waits for its end; Ctrl-C ends it, and nothing continues. */
async function untilEnded(kept: Awaited<ReturnType<typeof startKept>>): Promise<KeptEnd> {
  const interrupted = new AbortController();
  const stop = (): void => {
    interrupted.abort();
    void kept.stop();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const end = await kept.ended;
    if (interrupted.signal.aborted) throw new UserError({ code: 'interrupted' });
    return end;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function conclude(
  end: KeptEnd,
  seen: {
    readonly reader: AgentReader;
    readonly activities: readonly AgentActivity[];
    readonly errors: string;
    readonly seconds: number;
  },
): Result<Answered, string> {
  if (end.kind === 'stopped')
    return err(
      end.why === 'timed-out' ? `it took longer than ${seen.seconds} seconds` : 'it was stopped',
    );
  const { failure } = seen.reader.conclude(end, seen.errors);
  if (failure !== null) return err(failure.message);
  const said = seen.activities.findLast(({ kind }) => kind === 'said');
  const usage = seen.activities.findLast(({ kind }) => kind === 'usage');
  if (said?.kind !== 'said') return err('it said nothing');
  const costUsd = usage?.kind === 'usage' ? usage.sessionCostUsd : null;
  return ok({ text: said.text, costUsd });
}

async function entered(
  { sandbox, command, env, member, settings }: Question,
  place: (name: string) => string,
): Promise<readonly [string, ...string[]]> {
  if (sandbox === null) return command.argv;
  return enterSandbox({
    ...{ sandbox, argv: [...command.argv], env, home: homedir() },
    // Nothing of any repository is there: the name stands for a clone that does not exist.
    ...{ workspace: place('empty'), clone: join(place('nothing'), 'clone.git') },
    ...{ directory: place('sandbox'), writable: [place('tmp')] },
    shown: [
      ...member.agent.home,
      ...settings.visible.map((path) => ({ path, mode: 'read' as const })),
    ],
  });
}
