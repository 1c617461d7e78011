/**
 * How long the conflict radar takes for a round over workspaces with uncommitted work, and how much CPU time.
 *
 *   npm run bench:radar -- --workspaces 20 --files 5000 --rounds 5
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRadar, type Radar, type RadarRound } from '../src/radar/radar.ts';
import { makeMergeWorld, numbered } from '../test/rig/merge-world.ts';
import { seededChance } from './chance.ts';
import { markdownTable, spread } from './figures.ts';

const { values } = parseArgs({
  options: {
    workspaces: { type: 'string', default: '20' },
    files: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '5' },
  },
});
const [workspaces, files, rounds] = [values.workspaces, values.files, values.rounds].map(
  Number,
) as [number, number, number];

type Measured = { readonly seconds: number; readonly cpuSeconds: number; readonly tried: number };

const chance = seededChance(1);
const paths = Array.from({ length: files }, (_, index) => `source/${index % 50}/file-${index}.txt`);
await using world = await makeMergeWorld(
  Object.fromEntries(paths.map((path) => [path, numbered(200)])),
);
const tasks = Array.from({ length: workspaces }, (_, index) => index + 1);
const watched: { task: number; path: string; ground: string }[] = [];
for (const task of tasks)
  watched.push({ task, path: await world.workspace(task), ground: world.base });
let { base } = world;
await using radar = openRadar({
  clone: world.clone,
  confinement: world.workspaces.confinement,
  directory: join(world.root, 'radar.git'),
});

const first = [await measure(radar)];
const [idle, quarter, all, moved]: [Measured[], Measured[], Measured[], Measured[]] = [
  [],
  [],
  [],
  [],
];

for (let round = 0; round < rounds; round += 1) {
  idle.push(await measure(radar));
  work(tasks.filter((task) => task % 4 === round % 4));
  quarter.push(await measure(radar));
  work(tasks);
  all.push(await measure(radar));
  base = await world.moveBase({
    [chance.pick(paths) ?? '']: numbered(200, { 100: `base ${round}` }),
  });
  moved.push(await measure(radar));
}
const row = (name: string, runs: readonly Measured[]): string[] => [
  name,
  `${spread(runs.map(({ seconds }) => seconds))} s`,
  `${spread(runs.map(({ cpuSeconds }) => cpuSeconds))} s`,
  spread(
    runs.map(({ tried }) => tried),
    0,
  ),
];
console.log(
  markdownTable([
    ['round', 'time', 'CPU time', 'merges tried'],
    row('the first', first),
    row('nothing moved', idle),
    row('a quarter moved', quarter),
    row('all moved', all),
    row('the base moved', moved),
  ]),
);
console.log(
  `${workspaces} workspaces of ${files} files, ${(workspaces * (workspaces - 1)) / 2} pairs. Medians (least–most) of ${rounds} rounds on ${cpus().length} cores.`,
);

/** Each of some tasks changes four files: one that many touch, three at random; all stays uncommitted. */
function work(some: readonly number[]): void {
  for (const task of some) {
    const touched = [paths[task % 7] ?? '', ...[1, 2, 3].map(() => chance.pick(paths) ?? '')];
    for (const path of touched)
      world.write(watched[task - 1]?.path ?? '', {
        [path]: numbered(200, { [chance.between(1, 200)]: `task ${task}, ${chance.next()}` }),
      });
  }
}

async function measure(on: Radar): Promise<Measured> {
  const [from, cpu] = [performance.now(), cpuSeconds()];
  const round: RadarRound = await on.sweep({ base, sides: watched });
  if (round.unread.length > 0) throw new Error(`Not read: ${round.unread.join(', ')}`);
  return {
    seconds: (performance.now() - from) / 1_000,
    cpuSeconds: cpuSeconds() - cpu,
    tried: round.tried,
  };
}

/** Seconds of CPU time of this process and of all its children that have ended. */
function cpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / 100;
}
