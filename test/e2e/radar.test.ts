import { expect, test } from 'vitest';
import { makeWorld } from '../rig/world.ts';

test('work that collides is reported while both agents are still working, and when it no longer does', async () => {
  const configuration = JSON.stringify({ monitoring: { radar_interval: 1 } });
  await using world = await makeWorld({
    issue: ['One', 'Two'],
    files: {
      'shared.txt': 'a\nb\nc\n',
      '.claude/config/parallel-orchestration.json': configuration,
    },
  });
  world.script({
    'agent-1': 'write shared.txt one; write out/log.txt; hold one; commit shared.txt one',
    'agent-2':
      'write shared.txt two; hold two; git checkout --quiet shared.txt; commit other.txt; hold three',
  });
  const gates = ['one', 'two', 'three'].map((name) => world.gate(name));
  const [one, two, three] = gates as [(typeof gates)[0], (typeof gates)[0], (typeof gates)[0]];
  const run = world.start(
    'orchestrate',
    '../issue.md',
    '--force',
    '--agent',
    world.agent,
    '--plain',
  );
  await run.until(Promise.all([one.arrived(), two.arrived()]).then(() => undefined));
  await run.printed('tasks 1 and 2 collide in shared.txt:1');
  two.open();
  await run.printed('tasks 1 and 2 no longer collide');
  one.open();
  await run.until(three.arrived());
  three.open();
  const { code, stdout, stderr } = await run.ended;
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(stdout.match(/collide in/gu)).toHaveLength(1);
}, 120_000);
