import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

/** Three layers: what is built on, what is built, and what holds it together. */
const staged = `# A parcel service

Parcels are taken in, sorted, and brought to people.

## Phase 1: Foundation (Parallel)
- [ ] **Parcel model**: Write \`model/parcel\`
- [ ] **Address model**: Write \`model/address\`
- [ ] **Carrier client**: Write \`client/carrier\`

↓ MERGE ALL, THEN:

## Phase 2: Core Features (Parallel)
- [ ] **Sorting**: Write \`feature/sorting\`
- [ ] **Tracking**: Write \`feature/tracking\`
- [ ] **Delivery**: Write \`feature/delivery\`

↓ MERGE ALL, THEN:

## Phase 3: Integration (Sequential)
- [ ] **Integration tests**: Write \`whole/integration\`
- [ ] **End-to-end tests**: Write \`whole/end-to-end\`
- [ ] **Handbook**: Write \`whole/handbook\`
`;

/** Each line of a file names a file that must be there. */
const namesCheck =
  'cat model/* client/* feature/* whole/* 2>/dev/null | while read -r n; do test -e "$n" || { echo "$n is missing"; exit 1; }; done';

const stagedWork = {
  'agent-1': 'commit model/parcel README.md',
  'agent-2': 'commit model/address README.md',
  'agent-3': 'commit client/carrier README.md',
  'agent-4': 'ls model client >"$rig/seen-4"; commit feature/sorting model/parcel',
  'agent-5': 'commit feature/tracking client/carrier',
  'agent-6': 'commit feature/delivery model/address',
  'agent-7': 'ls feature >"$rig/seen-7"; commit whole/integration feature/sorting',
  'agent-8': 'ls whole >"$rig/seen-8"; commit whole/end-to-end whole/integration',
  'agent-9': 'ls whole >"$rig/seen-9"; commit whole/handbook whole/end-to-end',
};

function makeStaged(): Promise<World> {
  return makeWorld({ issue: staged });
}

const check = ['--check', namesCheck, '--yes'];

/** Runs the check on every commit that the base got. */
function expectGreenAfterEachStep(world: World): void {
  const commits = world.git('rev-list', 'main..flotilla/main').trim().split('\n');
  for (const commit of commits) {
    const place = join(world.root, 'tmp', commit);
    world.git('worktree', 'add', '--quiet', '--detach', place, commit);
    execFileSync('sh', ['-c', namesCheck], { cwd: place, stdio: 'pipe' });
    world.git('worktree', 'remove', place);
    rmSync(place, { recursive: true, force: true });
  }
}

function subjects(world: World): string[] {
  return world.git('log', '--reverse', '--format=%s', 'main..flotilla/main').trim().split('\n');
}

test('three phases go from Markdown to a merged base in one command', async () => {
  await using world = await makeStaged();
  world.script(stagedWork);
  const mine = world.git('rev-parse', 'main');
  const args = ['--agent', world.agent, '--json', '--merge', 'verified', ...check];
  const ended = await world.flotilla('orchestrate', '../issue.md', ...args);
  expect(ended.code, `${ended.stdout.slice(-2_000)}${ended.stderr}`).toBe(0);

  const run = await readStatus(world);
  expect(run.state).toBe('succeeded');
  expect(new Set(run.tasks.map(({ state }) => state))).toEqual(new Set(['merged']));
  expect(world.noted('seen-4').split(/\s+/u)).toEqual(
    expect.arrayContaining(['parcel', 'address', 'carrier']),
  );
  expect(world.noted('seen-7').split('\n')).toEqual(['delivery', 'sorting', 'tracking']);
  // Sequential tasks stand on one another: each sees the one before it.
  expect(world.noted('seen-8')).toBe('integration');
  expect(world.noted('seen-9').split('\n')).toEqual(['end-to-end', 'integration']);
  expect(subjects(world)).toHaveLength(9);
  expect(
    subjects(world)
      .slice(6)
      .map((subject) => subject.replace(/ \(#\d+\)$/u, '')),
  ).toEqual(['Integration tests', 'End-to-end tests', 'Handbook']);
  expectGreenAfterEachStep(world);
  expect(world.git('rev-parse', 'main')).toBe(mine);

  const types = ended.events().map(({ type }) => type);
  expect(types.filter((type) => type === 'phase-begun')).toHaveLength(2);
  expect(types.filter((type) => type === 'union-judged')).toHaveLength(3);
  expect(types.filter((type) => type === 'merge-done')).toHaveLength(9);
  expect(types.filter((type) => type === 'run-ended')).toHaveLength(1);
  expect(types.at(-1)).toBe('run-ended');
}, 300_000);
