/**
 * How long a merge train takes whose check takes a while, by the number of places in which it checks.
 *
 *   npm run bench:train -- --pulls 6 --check "sleep 10" --places 1,4
 *
 * The base moves first, so that every pull request has to be checked; no union was judged before.
 */
import { parseArgs } from 'node:util';
import { makeTrainWorld } from '../test/rig/train-world.ts';
import type { TrainCar } from '../src/model/merge/train-car.ts';
import { markdownTable } from './figures.ts';

const { values } = parseArgs({
  options: {
    pulls: { type: 'string', default: '6' },
    check: { type: 'string', default: 'sleep 10' },
    places: { type: 'string', default: '1,4' },
  },
});

const rows = [['places', 'seconds', 'checks', 'at once', 'merged']];
for (const places of values.places.split(',').map(Number)) rows.push(await measure(places));
console.log(markdownTable(rows));

async function measure(places: number): Promise<string[]> {
  await using world = await makeTrainWorld({});
  Object.assign(world, { places, command: values.check });
  const cars: TrainCar[] = [];
  for (let task = 1; task <= Number(values.pulls); task += 1)
    cars.push(await world.publish(task, { [`${task}.txt`]: 'x\n' }));
  await world.pushToBase({ 'theirs.txt': 'x\n' });
  world.plan(cars);
  const begun = performance.now();
  await world.run();
  const seconds = (performance.now() - begun) / 1000;
  const merged = world.ends().filter((end) => end.endsWith('merged')).length;
  return [places, seconds.toFixed(1), world.checked.length, world.mostAtOnce(), merged].map(String);
}
