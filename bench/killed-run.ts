import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JournalEvent, RunEvent } from '../src/model/event/event.ts';
import { makeBenchUser, type BenchUser } from './bench-user.ts';
import type { Chance } from './chance.ts';
import { processesIn } from './process-usage.ts';

/** The task whose agent leaves its work to be committed by us, under this title. */
export const uncommittedTask = 'Leave work uncommitted';

/** What was killed: the orchestrator, the keeper of an attempt, or the agent that it keeps. */
export type Victim = 'orchestrator' | 'keeper' | 'agent';

export type Kill = {
  readonly victim: Victim;
  /** The newest event in the journal when it was killed; null before there was a journal. */
  readonly after: RunEvent['type'] | null;
  /** The task whose keeper or agent it was; null for the orchestrator. */
  readonly task: number | null;
};

/** A run that went on until it had ended, however often something in it was killed. */
export type KilledRun = {
  readonly user: BenchUser;
  readonly kills: readonly Kill[];
  /** How often the orchestrator was started. */
  readonly orchestrators: number;
  /** What the last one exited with; null when it was given up on. */
  readonly code: number | null;
  /** All that the orchestrators printed, with the kills in between. */
  readonly story: string;
};

export type KilledRunParams = {
  readonly program: string;
  readonly root: string;
  readonly kills: number;
  readonly chance: Chance;
  /** Whether the run is sandboxed, and merges what it brought. */
  readonly isMerging: boolean;
  /** Kills come within so many milliseconds of a start: about as long as an undisturbed run takes. */
  readonly spanMs: number;
};

const restartableAgent = fileURLToPath(new URL('restartable-agent.sh', import.meta.url));

/** A run that needs as many starts as this, beyond its kills, will never end. */
const mostSpareStarts = 4;

/** Three tasks: one commits twice, one fails its check first and fixes it, one leaves its work uncommitted. */
export async function runWithKills(params: KilledRunParams): Promise<KilledRun> {
  const configuration = {
    merging: { method: 'merge' },
    // Where the agents note what they did.
    workspace: { writable: [join(params.root, 'rig')] },
  };
  const user = makeBenchUser({
    root: params.root,
    tasks: ['Commit something', 'Fail the check first', uncommittedTask],
    files: { 'check.sh': 'test ! -e broken\n' },
  });
  if (params.isMerging) {
    // Not committed: it names this run's own place.
    const file = join(user.repository, '.claude', 'config', 'parallel-orchestration.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(configuration));
    appendFileSync(join(user.repository, '.git', 'info', 'exclude'), '.claude/config/\n');
  }
  const kills: Kill[] = [];
  let [orchestrators, story, code] = [0, '', null as number | null];
  while (orchestrators < params.kills + mostSpareStarts) {
    orchestrators += 1;
    const ended = await oneOrchestrator({ ...params, user }, kills, code !== null);
    story += ended.story;
    code = ended.code;
    if (code === 0) break;
    // After an end of its own, what an agent's death made fail is asked for again; nothing else may have failed.
    if (code === null && params.chance.next() < 0.3) await delay(params.chance.between(0, 1_000));
  }
  return { user, kills, orchestrators, code, story };
}

type Ended = { readonly code: number | null; readonly story: string };

async function oneOrchestrator(
  params: KilledRunParams & { readonly user: BenchUser },
  kills: Kill[],
  isRetry: boolean,
): Promise<Ended> {
  const { user, chance } = params;
  const args = ['orchestrate', '../issue.md', '--plain', '--max-workers', '2'];
  const agent = `command:sh ${restartableAgent} ${user.rig}`;
  args.push('--agent', agent, '--check', 'sh check.sh', ...(isRetry ? ['--retry'] : []));
  if (params.isMerging) args.push('--merge', 'verified', '--sandbox', 'on', '--yes', '--trust');
  const child = spawn(process.execPath, [params.program, ...args], {
    cwd: user.repository,
    env: user.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let story = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (story += text));
  const over = new AbortController();
  const exited = once(child, 'exit').then(([code]) => {
    over.abort();
    return code as number | null;
  });
  const closed = once(child, 'close');
  while (kills.length < params.kills) {
    const pause = chance.next() * params.spanMs;
    await delay(pause, undefined, { signal: over.signal }).catch(() => undefined);
    if (over.signal.aborted) break;
    const kill = strike(user, child.pid ?? 0, chance);
    if (kill === null) continue;
    kills.push(kill);
    story += `--- killed: ${JSON.stringify(kill)}\n`;
    if (kill.victim === 'orchestrator') break;
  }
  const code = await exited;
  await closed;
  return { code, story };
}

/** Kills one process; null when it had ended by itself. A victim that is not there is not killed in another's stead. */
function strike(user: BenchUser, orchestrator: number, chance: Chance): Kill | null {
  const after = newestEvent(user);
  const lot = chance.next();
  if (lot < 0.6) {
    if (!killProcess(orchestrator)) return null;
    return { victim: 'orchestrator', after, task: null };
  }
  const victim = lot < 0.8 ? 'keeper' : 'agent';
  const found = chance.pick(attemptProcesses(user, victim));
  if (found === undefined || !killProcess(found.pid)) return null;
  const task = Number((found.variable('AGENT_ID') ?? '').replace('agent-', ''));
  return { victim, after, task };
}

function attemptProcesses(
  user: BenchUser,
  victim: 'keeper' | 'agent',
): ReturnType<typeof processesIn> {
  return processesIn(user.root).filter(({ commandLine, variable }) => {
    const isAgent = variable('FLOTILLA_ATTEMPT') !== null && commandLine.includes(restartableAgent);
    return victim === 'agent' ? isAgent : commandLine.includes('/keeper.sh ') && !isAgent;
  });
}

function killProcess(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Where Flotilla keeps what belongs to the user's one repository; null before it made that. */
export function stateOf({ stateHome }: BenchUser): string | null {
  const home = join(stateHome, 'flotilla');
  if (!existsSync(home)) return null;
  const name = readdirSync(home).find((entry) => !entry.startsWith('holds'));
  return name === undefined ? null : join(home, name);
}

/** All that the journal holds. */
export function journalOf(user: BenchUser): JournalEvent[] {
  const state = stateOf(user);
  const file = join(state ?? '', 'journal.sqlite');
  if (state === null || !existsSync(file)) return [];
  const journal = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
  try {
    return journal
      .prepare('SELECT seq, run, at, body FROM events ORDER BY seq')
      .all()
      .map(({ body, ...row }) => ({ ...row, ...JSON.parse(String(body)) }) as JournalEvent);
  } catch {
    // Its first process was killed before it had made the table.
    return [];
  } finally {
    journal.close();
  }
}

function newestEvent(user: BenchUser): RunEvent['type'] | null {
  return journalOf(user).at(-1)?.type ?? null;
}
