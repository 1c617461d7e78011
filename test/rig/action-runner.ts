import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A composite action, as its file says. */
export type Action = {
  readonly inputs: Readonly<
    Record<string, { readonly required?: boolean; readonly default?: string }>
  >;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
};

export type ActionStep = {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
};

export type ActionParams = {
  /** The folder that has `action.yml`. */
  readonly directory: string;
  readonly cwd: string;
  /** Of the job: what the runner sets for each step. */
  readonly env: NodeJS.ProcessEnv;
  readonly inputs: Readonly<Record<string, string>>;
  /** The context `github`, as far as the action asks for it. */
  readonly github: Readonly<Record<string, string>>;
  /** Names of steps that are left out: what they make is there already. */
  readonly without?: readonly string[];
  /** Told the process of each step, which is what the runner sends signals to. */
  readonly onStep?: (name: string, pid: number) => void;
};

/** What became of a job's action. */
export type ActionEnd = {
  readonly steps: readonly { readonly name: string; readonly code: number | null }[];
  /** All that the steps printed. */
  readonly log: string;
  /** What the page of the job shows. */
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
};

export async function readAction(directory: string): Promise<Action> {
  return parse(await readFile(join(directory, 'action.yml'), 'utf8')) as Action;
}

/** Runs a composite action as GitHub's runner does: each step a script for bash, with files for what it wants to say. */
export async function runAction(params: ActionParams): Promise<ActionEnd> {
  const action = await readAction(params.directory);
  const place = await mkdtemp(join(tmpdir(), 'runner-'));
  try {
    const job = { action, place, env: { ...params.env }, log: '', hasFailed: false };
    const outputs = new Map<string, string>();
    const steps = [];
    for (const step of action.runs.steps) {
      const isWanted = !(params.without ?? []).includes(step.name) && isDue(step, params, job);
      if (!isWanted) continue;
      const { code, output } = await runStep(step, params, job);
      steps.push({ name: step.name, code });
      for (const [name, value] of Object.entries(output))
        outputs.set(`steps.${step.id}.outputs.${name}`, value);
      job.hasFailed ||= code !== 0;
    }
    const summary = await readFile(join(place, 'summary'), 'utf8').catch(() => '');
    const named = Object.entries(action.outputs).map(([name, { value }]) => [
      name,
      value.replaceAll(/\$\{\{ (.+?) \}\}/gu, (_, key: string) => outputs.get(key) ?? ''),
    ]);
    return { steps, log: job.log, summary, outputs: Object.fromEntries(named) };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

type Job = {
  readonly action: Action;
  readonly place: string;
  env: NodeJS.ProcessEnv;
  log: string;
  hasFailed: boolean;
};

/** The conditions that the action uses; another one is a mistake here or there. */
function isDue(step: ActionStep, params: ActionParams, { hasFailed, action }: Job): boolean {
  if (step.if === 'always()') return true;
  if (hasFailed) return false;
  if (step.if === undefined) return true;
  const [, name = '', value] = /^inputs\.([\w-]+) != '(\w+)'$/u.exec(step.if) ?? [];
  if (value === undefined) throw new Error(`No runner of ours knows the condition ${step.if}`);
  return inputOf(action, params, name) !== value;
}

function inputOf(action: Action, params: ActionParams, name: string): string {
  const input = action.inputs[name];
  if (input === undefined) throw new Error(`The action has no input ${name}`);
  return params.inputs[name] ?? evaluated(input.default ?? '', action, params);
}

function evaluated(text: string, action: Action, params: ActionParams): string {
  return text.replaceAll(/\$\{\{ (\w+)\.([\w-]+) \}\}/gu, (all, context: string, name: string) => {
    if (context === 'inputs') return inputOf(action, params, name);
    const value = context === 'github' ? params.github[name] : undefined;
    if (value === undefined) throw new Error(`No runner of ours knows ${all}`);
    return value;
  });
}

async function runStep(
  step: ActionStep,
  params: ActionParams,
  job: Job,
): Promise<{ readonly code: number | null; readonly output: Record<string, string> }> {
  const [script, output, path, summary] = ['script', 'output', 'path', 'summary'].map((name) =>
    join(job.place, name),
  ) as [string, string, string, string];
  await writeFile(script, step.run ?? '');
  await Promise.all([output, path].map((file) => writeFile(file, '')));
  const own = Object.entries(step.env ?? {}).map(([name, value]) => [
    name,
    evaluated(value, job.action, params),
  ]);
  const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
    cwd: params.cwd,
    env: {
      ...job.env,
      GITHUB_ACTION_PATH: params.directory,
      GITHUB_OUTPUT: output,
      GITHUB_PATH: path,
      GITHUB_STEP_SUMMARY: summary,
      ...Object.fromEntries(own),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (job.log += text));
  params.onStep?.(step.name, child.pid ?? 0);
  const [code] = (await once(child, 'close')) as [number | null];
  const added = (await readFile(path, 'utf8')).trim().split('\n').filter(Boolean);
  job.env = { ...job.env, PATH: [...added, job.env['PATH']].join(':') };
  const lines = (await readFile(output, 'utf8')).split('\n').filter((line) => line.includes('='));
  return { code, output: Object.fromEntries(lines.map((line) => line.split(/=(.*)/su, 2))) };
}
