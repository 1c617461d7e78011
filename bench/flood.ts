/**
 * Many agents print much: what does the orchestrator need meanwhile?
 *
 *   npm run bench:flood -- --agents 40 --megabytes 1 --seconds 30
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeBenchUser } from './bench-user.ts';
import { markdownTable } from './figures.ts';
import { buildPackageCopy } from './package-copy.ts';
import { readUsage } from './process-usage.ts';
import { startWatched } from './watched-process.ts';

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '40' },
    megabytes: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '30' },
    /** Further options of the orchestrator's Node, such as `--cpu-prof`. */
    'node-option': { type: 'string', multiple: true, default: [] },
  },
});
const agents = Number(values.agents);
const seconds = Number(values.seconds);
const bytesEach = Math.round((Number(values.megabytes) * 1_000_000) / agents);
const script = fileURLToPath(new URL('flooding-agent.sh', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'flotilla-flood-'));
try {
  await measure(buildPackageCopy(join(folder, 'package')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(program: string): Promise<void> {
  const titles = Array.from({ length: agents }, (_, index) => `Tell part ${index + 1}`);
  const user = makeBenchUser({ root: join(folder, 'user'), tasks: titles });
  const options = ['--plain', '--yes', '--max-workers', String(agents)];
  const agent = ['--agent', `command:sh ${script} ${user.rig} ${bytesEach}`];
  const running = startWatched({
    args: [...values['node-option'], program, 'orchestrate', '../issue.md', ...options, ...agent],
    cwd: user.repository,
    env: user.env,
  });
  const isOver = running.ended.then(() => true);
  const startedCount = (): number => textOf(join(user.rig, 'started')).split('\n').length - 1;
  const patience = performance.now() + 60_000;
  while (startedCount() < agents) {
    const isEnded = await Promise.race([isOver, delay(100, false)]);
    if (!isEnded && performance.now() < patience) continue;
    // Fewer agents fit into the machine's memory, or none could be started.
    writeFileSync(join(user.rig, 'stop'), '');
    throw new Error(`Only ${startedCount()} agents were started.\n${(await running.ended).output}`);
  }
  await delay(2_000);
  const [before, begun] = [readUsage(running.pid), performance.now()];
  await delay(seconds * 1_000);
  const [after, span] = [readUsage(running.pid), (performance.now() - begun) / 1_000];
  writeFileSync(join(user.rig, 'stop'), '');
  const { code, output } = await running.ended;
  if (code !== 0 || before === null || after === null) throw new Error(output);
  const share = (100 * (after.cpuSeconds - before.cpuSeconds)) / span;
  console.log(
    markdownTable([
      ['while agents print', 'aim', 'measured'],
      ['agents', '', agents],
      ['MB a second together', '', Number(values.megabytes)],
      ['seconds', '', Math.round(span)],
      ["orchestrator's share of one core", '< 10 %', `${share.toFixed(1)} %`],
      ["orchestrator's peak memory", '< 150 MB', `${Math.round(after.peakMb)} MB`],
      ['cores', '', cpus().length],
    ]),
  );
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
