import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { stateOf } from '../rig/count-events.ts';
import { makeWorld, type World } from '../rig/world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 240_000 });

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

type ToldUndo = {
  readonly undos: readonly {
    readonly tasks: readonly number[];
    readonly branch: string;
    readonly head: string;
    readonly pullRequest: { readonly number: number; readonly url: string };
    readonly isNew: boolean;
  }[];
  readonly left: readonly { readonly ordinal: number; readonly reason: string }[];
};

/** Two tasks, the first with two commits, merged. */
async function mergedWorld(
  method: string,
  onFinished?: (cleanUp: () => Promise<void>) => void,
): Promise<World> {
  const world = await makeWorld({
    issue: ['Add one', 'Add two'],
    ...(onFinished === undefined ? {} : { onFinished }),
  });
  world.script({
    'agent-1': 'commit one.txt one; commit more.txt more',
    'agent-2': 'commit two.txt',
  });
  await world.orchestrate();
  const { code, stdout, stderr } = await world.flotilla(
    ...['merge', '../issue.md', '--yes', '--method', method],
  );
  expect(code, stdout + stderr).toBe(0);
  return world;
}

async function undo(world: World, ...args: readonly string[]): Promise<ToldUndo> {
  const { code, stdout, stderr } = await world.flotilla(
    ...['undo', '../issue.md', ...args, '--yes', '--json'],
  );
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout) as ToldUndo;
}

/** All that is the user's: where their branches and HEAD are, their index, their files. */
function ofUser({ git, repository }: World): object {
  const index = readFileSync(join(repository, '.git', 'index'));
  return {
    heads: git('for-each-ref', 'refs/heads'),
    head: readFileSync(join(repository, '.git', 'HEAD'), 'utf8'),
    index: createHash('sha256').update(index).digest('hex'),
    files: readdirSync(repository).toSorted(),
  };
}

function filesOf({ git }: World, ref: string): string[] {
  return git('ls-tree', '--name-only', ref)
    .trim()
    .split('\n')
    .filter((name) => name.endsWith('.txt'));
}

function pullsOf(world: World): string[] {
  return readdirSync(join(stateOf(world), 'forge', 'pulls'));
}

describe.for([
  ['squash', 1],
  ['merge', 1],
  ['rebase', 2],
] as const)('what was merged by %s', ([method, count]) => {
  test('is undone by a pull request of its own, once, and nothing of the user changes', async () => {
    await using world = await mergedWorld(method);
    const mine = ofUser(world);
    const asked = await world.flotilla('undo', '../issue.md', '1');
    expect(asked.code, asked.stderr).toBe(4);
    expect(asked.stdout).toContain('undoes task 1, by reverting:');
    expect(asked.stderr).toContain('flotilla undo local#1 1 --yes');
    expect(pullsOf(world)).toHaveLength(2);

    const told = await undo(world, '1');
    expect(told).toMatchObject({ undos: [{ tasks: [1], isNew: true }], left: [] });
    const [made] = told.undos;
    const branch = `flotilla/${made?.branch}`;
    expect(world.git('rev-parse', branch).trim()).toBe(made?.head);
    const subjects = world.git('log', '--format=%s', `flotilla/main..${branch}`).trim().split('\n');
    expect(subjects).toHaveLength(count);
    expect(subjects.every((subject) => subject.startsWith('Revert "'))).toBe(true);
    expect(filesOf(world, branch)).toEqual(['two.txt']);
    expect(ofUser(world)).toEqual(mine);

    const again = await undo(world, '1');
    expect(again.undos).toEqual([{ ...made, isNew: false }]);
    expect(pullsOf(world)).toHaveLength(3);
    const status = await world.flotilla('status');
    expect(status.stdout).toContain(`#${made?.pullRequest.number} undoes task 1 once it is merged`);
    const json = JSON.parse((await world.flotilla('status', '--json')).stdout) as object;
    expect(json).toMatchObject({ undos: [{ tasks: [1], branch: made?.branch }] });

    world.git('merge', '--quiet', '--ff-only', branch);
    const undone = await world.flotilla('undo', '../issue.md', '1', '--yes');
    expect(undone.code, undone.stdout).toBe(9);
    expect(undone.stderr).toContain(
      `task 1 is undone already: nothing of it is left (#${made?.pullRequest.number})`,
    );
    const rest = await undo(world);
    expect(rest).toMatchObject({
      undos: [{ tasks: [2], isNew: true }],
      left: [{ ordinal: 1, reason: 'undone' }],
    });
    expect(filesOf(world, `flotilla/${rest.undos[0]?.branch}`)).toEqual([]);
  });

  test('is undone as a whole', async () => {
    await using world = await mergedWorld(method);
    const told = await undo(world);
    expect(told).toMatchObject({ undos: [{ tasks: [1, 2] }], left: [] });
    expect(filesOf(world, `flotilla/${told.undos[0]?.branch}`)).toEqual([]);
    const base = world.git('rev-parse', 'main^{tree}');
    expect(world.git('rev-parse', `${told.undos[0]?.head}^{tree}`)).toBe(base);
  });
});

test('what was undone and brought back by hand is undone again by another pull request', async () => {
  await using world = await mergedWorld('squash');
  const [first] = (await undo(world, '1')).undos;
  world.git('merge', '--quiet', '--ff-only', `flotilla/${first?.branch}`);
  world.git('revert', '--no-edit', 'HEAD');
  const [second] = (await undo(world, '1')).undos;
  expect(second).toMatchObject({ tasks: [1], isNew: true });
  expect(second?.pullRequest.number).not.toBe(first?.pullRequest.number);
  expect(filesOf(world, `flotilla/${second?.branch}`)).toEqual(['two.txt']);
});

test('a closed undo makes room for another', async () => {
  await using world = await mergedWorld('merge');
  const [first] = (await undo(world, '2')).undos;
  const file = new URL(first?.pullRequest.url ?? '');
  writeFileSync(file, readFileSync(file, 'utf8').replace('state: "open"', 'state: "closed"'));
  const [second] = (await undo(world, '2')).undos;
  expect(second).toMatchObject({ tasks: [2], isNew: true });
  expect(second?.branch).not.toBe(first?.branch);
});

test('what is not merged, or not a task, is named, with what to do next', async () => {
  await using world = await makeWorld({ issue: ['Add one', 'Add two'] });
  await world.orchestrate();
  const none = await world.flotilla('undo', '../issue.md', '--yes');
  expect(none.code, none.stdout).toBe(9);
  expect(none.stderr).toContain('There is nothing to undo: the run has merged no task.');
  const one = await world.flotilla('undo', '../issue.md', '2', '--yes');
  expect(one.code, one.stdout).toBe(9);
  expect(one.stderr).toContain('task 2 is not merged (it is completed)');
  expect((await world.flotilla('undo', '../issue.md', '7')).code).toBe(64);
  expect((await world.flotilla('undo', '../other.md')).code).toBe(9);
  expect(pullsOf(world)).toHaveLength(2);
});

describe('later work on the same lines', () => {
  /** One task writes a file, the next one changes its line. */
  async function builtOn(method = 'squash'): Promise<World> {
    const world = await makeWorld({
      issue: ['Write `one.txt`', 'Change `one.txt` (after task 1)'],
    });
    world.script({
      'agent-1': 'commit one.txt one',
      'agent-2': 'echo other >one.txt; git commit -qam "Change it"',
    });
    await world.orchestrate('--yes');
    // The base has moved, so that a rebase makes all commits again.
    world.write('README.md', 'Moved\n');
    world.git('commit', '--quiet', '--all', '--message', 'Move on');
    const { code, stdout, stderr } = await world.flotilla(
      ...['merge', '../issue.md', '--yes', '--method', method],
    );
    expect(code, stdout + stderr).toBe(0);
    return world;
  }

  test('of a task: it is named, nothing is made, and both are undone together', async () => {
    await using world = await builtOn();
    const refs = world.git('for-each-ref');
    const refused = await world.flotilla('undo', '../issue.md', '1', '--yes');
    expect(refused.code, refused.stdout).toBe(9);
    expect(refused.stderr).toContain('Task 1 cannot be undone');
    expect(refused.stderr).toContain('in one.txt');
    expect(refused.stderr).toContain('changed later by task 2');
    expect(refused.stderr).toContain('flotilla undo local#1 1 2');
    expect(pullsOf(world)).toHaveLength(2);
    expect(world.git('for-each-ref')).toBe(refs);
    const told = await undo(world, '1', '2');
    expect(filesOf(world, `flotilla/${told.undos[0]?.branch}`)).toEqual([]);
    const [only, ...others] = (await undo(world, '1')).undos;
    expect([only?.isNew, others]).toEqual([false, []]);
  });

  test.for(['merge', 'rebase'])('goes alone where it came by %s', async (method) => {
    await using world = await builtOn(method);
    const [made] = (await undo(world, '2')).undos;
    expect(world.git('show', `${made?.head}:one.txt`).trim()).toBe('one');
    const count = world.git('rev-list', '--count', `flotilla/main..${made?.head}`).trim();
    expect(count).toBe('1');
  });

  test('of other people: their commits are named', async () => {
    await using world = await mergedWorld('squash');
    world.git('merge', '--quiet', '--ff-only', 'flotilla/main');
    world.write('one.txt', 'by hand\n');
    world.git('commit', '--quiet', '--all', '--message', 'Fix \u001B[31mone');
    const sha = world.git('rev-parse', '--short=9', 'HEAD').trim();
    const refused = await world.flotilla('undo', '../issue.md', '1', '--yes');
    expect(refused.code, refused.stdout).toBe(9);
    expect(refused.stderr).toContain(`changed later by ${sha} Fix one`);
    expect(refused.stderr).toContain('git revert');
    expect(refused.stderr).not.toContain('Undo them together');
    expect(pullsOf(world)).toHaveLength(2);
    // What does not touch the same lines is no reason.
    const other = await undo(world, '2');
    expect(filesOf(world, `flotilla/${other.undos[0]?.branch}`)).toEqual(['more.txt', 'one.txt']);
  });

  test('in a list that otherwise keeps the lines of both sides, is in the way, too', async () => {
    await using world = await makeWorld({
      issue: ['Add one', 'Add two'],
      files: { 'CHANGELOG.md': '# Changes\n\n' },
    });
    const note = (name: string): string =>
      `echo "- ${name}" >>CHANGELOG.md; git commit -qam "Note ${name}"`;
    world.script({ 'agent-1': note('one'), 'agent-2': note('two') });
    await world.orchestrate('--allow-out-of-scope');
    expect((await world.flotilla('merge', '../issue.md', '--yes')).code).toBe(0);
    const order = world.git('log', '--format=%s', '--reverse', 'main..flotilla/main');
    const first = order.startsWith('Add one') ? '1' : '2';
    const refused = await world.flotilla('undo', '../issue.md', first, '--yes');
    expect(refused.code, refused.stdout).toBe(9);
    expect(refused.stderr).toContain('CHANGELOG.md');
  });
});

describe('merged by hand', () => {
  async function finished(): Promise<World> {
    const world = await makeWorld({ issue: ['Add one', 'Add two'] });
    world.script({
      'agent-1': 'commit one.txt one; commit more.txt more',
      'agent-2': 'commit two.txt',
    });
    await world.orchestrate();
    return world;
  }
  const branchOf = ({ git }: World, name: string): string =>
    git('for-each-ref', '--format=%(refname:short)', `refs/remotes/flotilla/feat/*${name}`).trim();

  test.for(['--ff-only', '--no-ff'])('with %s', async (how) => {
    await using world = await finished();
    world.git('merge', '--quiet', how, '--no-edit', branchOf(world, 'add-one'));
    world.git('merge', '--quiet', '--no-edit', branchOf(world, 'add-two'));
    const told = await undo(world, '1');
    expect(filesOf(world, `flotilla/${told.undos[0]?.branch}`)).toEqual(['two.txt']);
  });

  test('as one commit that says nothing of it: the user reads that', async () => {
    await using world = await finished();
    world.git('merge', '--quiet', '--squash', branchOf(world, 'add-one'));
    world.git('commit', '--quiet', '--message', 'Take one');
    const refused = await world.flotilla('undo', '../issue.md', '1', '--yes');
    expect(refused.code, refused.stdout).toBe(9);
    expect(refused.stderr).toContain('by commits that Flotilla cannot tell from others');
  });
});

describe.concurrent('killed in between', () => {
  test.for([
    ['DIE_AT_EVENT', '1'],
    ['DIE_AT_EVENT', '2'],
    ['DIE_BEFORE_EVENT', 'undo-intended'],
    ['DIE_BEFORE_EVENT', 'undo-published'],
  ] as const)(
    'by %s %s: one pull request in the end',
    async ([name, value], { onTestFinished }) => {
      await using world = await mergedWorld('rebase', onTestFinished);
      Object.assign(world.env, { NODE_OPTIONS: `--import=${dieAtEvent}`, [name]: value });
      const killed = await world.flotilla('undo', '../issue.md', '1', '--yes');
      expect(killed.code, killed.stdout + killed.stderr).toBeNull();
      delete world.env['NODE_OPTIONS'];
      // The base may have moved meanwhile.
      world.git('merge', '--quiet', '--ff-only', 'flotilla/main');
      world.write('third.txt', 'x\n');
      world.git('add', '--all');
      world.git('commit', '--quiet', '--message', 'Add a third');
      const told = await undo(world, '1');
      expect(told.undos.map(({ tasks }) => tasks)).toEqual([[1]]);
      expect(pullsOf(world)).toHaveLength(3);
      const branch = `flotilla/${told.undos[0]?.branch}`;
      expect(filesOf(world, branch).filter((file) => file !== 'third.txt')).toEqual(['two.txt']);
      const undos = world.git('for-each-ref', 'refs/remotes/flotilla/undo*').trim().split('\n');
      expect(undos).toHaveLength(1);
    },
  );
});
