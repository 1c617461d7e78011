/**
 * How long a large run takes to its first page, how soon what happens is shown, and what the server needs for that.
 *
 *   npm run bench:dashboard -- --tasks 200 --events 100000
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openJournal } from '../src/journal/sqlite-journal.ts';
import type { Journal } from '../src/journal/journal.ts';
import { identifySelf } from '../src/process/identity.ts';
import { openEvents, type EventReader } from '../test/rig/server-events.ts';
import { measureInBrowser, type BrowserFigures } from './dashboard-browser.ts';
import { makeBenchUser, type BenchUser } from './bench-user.ts';
import { markdownTable, median } from './figures.ts';
import { writeLongRun } from './long-run.ts';
import { buildPackageCopy } from './package-copy.ts';
import { readUsage, type ProcessUsage } from './process-usage.ts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '200' },
    events: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '20' },
    /** Further options of the server's Node, such as `--cpu-prof`. */
    'node-option': { type: 'string', multiple: true, default: [] },
  },
});
const run = 'orch-local-2-20260302-1200';
const seconds = Number(values.seconds);

const folder = mkdtempSync(join(tmpdir(), 'flotilla-dashboard-'));
try {
  const program = buildPackageCopy(join(folder, 'package'));
  const user = makeBenchUser({ root: join(folder, 'user'), tasks: ['One thing'] });
  const journal = await fill(program, user);
  const firsts: number[] = [];
  const overviews: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await using server = await serve(program, user);
    overviews.push(await timeOf(server, '/api/overview'));
    firsts.push(await timeOf(server, `/api/runs/${server.id}`));
  }
  const inBrowser = await browse(await serve(program, user));
  await measure(await serve(program, user), journal, { firsts, overviews, inBrowser });
  journal.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A journal as Flotilla made it, with the large run next to a small one that is over. */
async function fill(program: string, user: BenchUser): Promise<Journal> {
  const agent = 'command:echo done >"$AGENT_ID.txt"';
  const args = [program, 'orchestrate', '../issue.md', '--plain', '--yes', '--agent', agent];
  execFileSync(process.execPath, args, { cwd: user.repository, env: user.env, stdio: 'pipe' });
  const home = join(user.stateHome, 'flotilla');
  const [state = ''] = readdirSync(home).filter((name) => name.startsWith('repository-'));
  const journal = openJournal(join(home, state, 'journal.sqlite'), () => new Date());
  const [tasks, events] = [Number(values.tasks), Number(values.events)];
  writeLongRun({ journal, run, tasks, events, orchestrator: await identifySelf() });
  return journal;
}

type Server = AsyncDisposable & {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token: string;
  /** The large run's. */
  readonly id: string;
};

async function serve(program: string, user: BenchUser): Promise<Server> {
  const args = [...values['node-option'], program, 'dashboard', '--no-open'];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, args, {
    ...{ cwd: user.repository, env: user.env, stdio: [...stdio] },
  });
  if (child.stdout === null) throw new Error('It has no output');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const url = new URL(line);
  const home = join(user.stateHome, 'flotilla');
  const [state = ''] = readdirSync(home).filter((name) => name.startsWith('repository-'));
  return {
    child,
    origin: url.origin,
    headers: { Authorization: `Bearer ${url.searchParams.get('token')}` },
    token: url.searchParams.get('token') ?? '',
    id: `${basename(state)}/${run}`,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function timeOf({ origin, headers }: Server, path: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(`${origin}${path}`, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return performance.now() - begun;
}

async function browse(server: Server): Promise<BrowserFigures | null> {
  await using _ = server;
  const { origin, token, id } = server;
  return await measureInBrowser({ origin, token, id });
}

type Times = {
  readonly firsts: readonly number[];
  readonly overviews: readonly number[];
  readonly inBrowser: BrowserFigures | null;
};

async function measure(server: Server, journal: Journal, times: Times): Promise<void> {
  await using _ = server;
  const use = (): ProcessUsage => {
    const found = readUsage(server.child.pid ?? 0);
    if (found === null) throw new Error('The server has gone');
    return found;
  };
  const share = async (work: () => Promise<unknown>): Promise<string> => {
    const [before, begun] = [use(), performance.now()];
    await work();
    const spent = use().cpuSeconds - before.cpuSeconds;
    return `${((100 * spent) / ((performance.now() - begun) / 1_000)).toFixed(1)} %`;
  };
  const idle = (): Promise<void> => delay(seconds * 1_000);
  await delay(2_000);
  const alone = use().nowMb;
  const quiet = await share(idle);
  const stream = await openEvents(`${server.origin}/api/runs/${server.id}/stream`, server.headers);
  const list = await openEvents(`${server.origin}/api/overview/stream`, server.headers);
  const page = await stream.until(({ event }) => event === 'page');
  await delay(2_000);
  const watched = use().nowMb;
  const watching = await share(idle);
  const slow = await latencies({ stream, journal, count: 60, restMs: 300 });
  const busy = { delays: [] as readonly number[] };
  const working = await share(async () => {
    busy.delays = await latencies({ stream, journal, count: seconds * 20, restMs: 50 });
  });
  const end = use();
  stream.close();
  list.close();
  await delay(10_000);
  const ms = (value: number): string => `${Math.round(value)} ms`;
  const mb = (value: number): string => `${Math.round(value)} MB`;
  const both = (delays: readonly number[]): string =>
    `${ms(median(delays))}, ${ms(percentile(delays, 95))}`;
  const rows = [
    [`${values.tasks} tasks, ${values.events} events`, 'aim', 'measured'],
    ['from the request to the run’s page, at first', '< 1 s', ms(median(times.firsts))],
    ['from the request to the overview, at first', '', ms(median(times.overviews))],
    ...browserRows(times.inBrowser),
    ['the page as JSON', '', `${Math.round(page.data.length / 1_024)} kB`],
    ['from the journal to the reader, one event at a time: median, 95 %', '< 250 ms', both(slow)],
    ['the same with 20 events a second', '< 250 ms', both(busy.delays)],
    ['memory before anybody looked', '< 80 MB', mb(alone)],
    ['memory while the run is looked at', '< 150 MB', mb(watched)],
    ['most memory', '< 150 MB', mb(end.peakMb)],
    ['memory when nobody looks any more', '', mb(use().nowMb)],
    ['share of one core when nobody looks', '', quiet],
    ['share of one core while both are looked at and nothing happens', '', watching],
    ['share of one core with 20 events a second', '', working],
    ['cores', '', cpus().length],
  ];
  console.log(markdownTable(rows));
}

function browserRows(figures: BrowserFigures | null): string[][] {
  if (figures === null) return [['in a browser', '', 'not measured: there is no Chromium']];
  const { firstPaintMs, drawnMs, heapMb, framesPerSecond } = figures;
  return [
    ['in Chromium: from the address to the first paint', '< 1 s', `${Math.round(firstPaintMs)} ms`],
    ['in Chromium: to the timeline', '', `${Math.round(drawnMs)} ms`],
    ['in Chromium: memory of its script', '< 150 MB', `${Math.round(heapMb)} MB`],
    ['in Chromium: frames a second while scrolling', '≥ 55', framesPerSecond.toFixed(0)],
  ];
}

type Writing = {
  readonly stream: EventReader;
  readonly journal: Journal;
  readonly count: number;
  readonly restMs: number;
};

/** How long each of some events takes from the journal to a reader, in milliseconds. */
async function latencies({ stream, journal, count, restMs }: Writing): Promise<readonly number[]> {
  const delays: Promise<number>[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const summary = `editing src/part-${turn}.js`;
    const { seq } = journal.append(run, { type: 'activity-seen', task: 2, attempt: 1, summary });
    const written = performance.now();
    const shown = stream.until(({ event, id }) => event === 'page' && Number(id) >= seq);
    delays.push(shown.then(({ at }) => at - written));
    await delay(restMs);
  }
  return Promise.all(delays);
}

function percentile(sample: readonly number[], percent: number): number {
  const sorted = sample.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
