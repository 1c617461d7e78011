import { expect, test } from 'vitest';
import {
  conflictFiles,
  conflictKinds,
  conflictScripts,
  conflictTitles,
} from '../rig/conflict-kinds.ts';
import { told } from '../rig/five-pull-requests.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

const app = {
  'app/libs/middle/package.json': '{"name": "middle", "version": "1.0.0"}\n',
  'app/package.json': `{
  "name": "sample",
  "version": "1.0.0",
  "dependencies": {
    "middle": "file:libs/middle"
  },
  "keywords": [
    "a",
    "b"
  ],
  "devDependencies": {
    "middle2": "file:libs/middle"
  }
}
`,
};

/** Adds a package, and makes the lock file: git cannot merge two of them. */
function addPackage(name: string, kind: 'dependencies' | 'devDependencies'): string {
  return `mkdir -p app/libs/${name}
printf '{"name": "${name}", "version": "1.0.0"}\\n' >app/libs/${name}/package.json
sed -i 's|"${kind}": {|&\\n    "${name}": "file:libs/${name}",|' app/package.json
(cd app && npm install --package-lock-only --offline --no-audit --no-fund)
git add -A; git commit -qm "Add ${name}"`;
}

const count = conflictTitles.length;
const locks = { one: count + 1, other: count + 2 };
const stubborn = 1;

test('every kind of conflict is met on GitHub, settled by its agent or by rule, and left where it is not', async () => {
  await using site = await makeGitHubWorld({ files: { ...conflictFiles, ...app } });
  const { shop, world } = site;
  world.script({
    ...conflictScripts(),
    [`agent-${locks.one}`]: addPackage('alpha', 'dependencies'),
    [`agent-${locks.other}`]: addPackage('omega', 'devDependencies'),
  });
  const titles = [...conflictTitles, 'Add the package alpha', 'Add the package omega'];
  const { number } = shop.issue({ title: 'Collide', body: masterBody(titles) });
  const flags = ['--stack', 'never', '--max-workers', '3', '--check', 'true', '--force'];
  const ran = await site.orchestrate(number, ...flags);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  // Whichever of the first pair comes second has nothing to say.
  world.script({ 'agent-1.2': 'true', 'agent-2.2': 'true' });

  const { code, stdout, stderr } = await site.start('merge', String(number), '--yes', '--json')
    .ended;
  const { merged, left } = told(stdout);
  expect({ code, left }, stdout + stderr).toMatchObject({
    code: 1,
    left: [{ reason: 'conflict' }],
  });
  expect(merged).toHaveLength(titles.length - 1);
  const [undone] = left;
  expect([
    [1, 2],
    [2, 1],
  ]).toContainEqual([undone?.ordinal, ...(undone?.with ?? [])]);
  expect(undone?.message).toContain('its agent was asked');
  for (const { base } of conflictKinds.slice(stubborn))
    base((path) => world.git('show', `flotilla/main:${path}`));
  expect(world.git('ls-tree', 'flotilla/main', 'lib')).toContain(`160000 commit ${'c'.repeat(40)}`);
  const lock = JSON.parse(world.git('show', 'flotilla/main:app/package-lock.json')) as {
    readonly packages: object;
  };
  expect(Object.keys(lock.packages)).toEqual(
    expect.arrayContaining(['libs/alpha', 'libs/omega']) as string[],
  );
  // Of the lock file nobody was asked.
  expect([world.starts(`agent-${locks.one}`), world.starts(`agent-${locks.other}`)]).toEqual([
    1, 1,
  ]);
  const open = shop.pulls().filter(({ issue }) => issue.state === 'open');
  expect(open).toHaveLength(1);
  const [comment] = shop.comments(number);
  expect(comment?.body).toContain(`- Task ${undone?.ordinal} (#${open[0]?.issue.number})`);
}, 300_000);
