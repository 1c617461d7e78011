import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchRepository, type ScratchRepository } from '../../../test/rig/scratch-repository.ts';
import { UserError } from '../../model/user-error.ts';
import type { CommandContext } from '../command-context.ts';
import { analyze, type AnalyzeOptions } from './analyze.ts';

let repository: ScratchRepository;
let elsewhere: string;

beforeEach(async () => {
  repository = await scratchRepository();
  elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
  await repository.commit('Add the cart', {
    'src/cart.ts': "import './tax.ts';\nexport const cart = 1;",
    'src/tax.ts': "import './cart.ts';\nexport const tax = 1;",
  });
  await writeFile(join(elsewhere, 'task.md'), '# Compute the tax\n\nIn `src/tax.ts`.');
});

afterEach(async () => {
  await repository[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true, force: true });
});

async function call(
  paths: readonly string[],
  options: AnalyzeOptions,
  directory = repository.directory,
): Promise<string> {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const env = { ...process.env, XDG_CACHE_HOME: join(elsewhere, 'cache') };
  const context = { directory, env, stdout, stderr: stdout } as unknown as CommandContext;
  expect(await analyze(paths, options, context)).toBe(0);
  return String(stdout.read());
}

test('ranks the files of a repository that it stands outside of', async () => {
  const printed = await call([repository.directory], { predict: 'task.md', json: true }, elsewhere);
  const { files } = JSON.parse(printed) as {
    files: { path: string; probability: number; reason: string }[];
  };
  expect(files[0]).toMatchObject({ path: 'src/tax.ts', reason: 'named in the text' });
  expect(files.map(({ path }) => path)).toContain('src/cart.ts');
});

test('as of a commit, later files are not known', async () => {
  const before = (await repository.git.run(['rev-parse', 'HEAD'])).trim();
  await repository.commit('Compute the tax', { 'src/tax-rates.ts': 'export const taxRates = 1;' });
  const options = { predict: join(elsewhere, 'task.md'), json: true } as const;
  expect(await call([], options)).toContain('tax-rates');
  expect(await call([], { ...options, at: before })).not.toContain('tax-rates');
});

test('a bare repository will do', async () => {
  const bare = join(elsewhere, 'bare.git');
  await repository.git.run(['clone', '--quiet', '--bare', repository.directory, bare]);
  expect(await call([bare], { predict: 'task.md', json: true }, elsewhere)).toContain('src/tax.ts');
});

test('shows shared modules, hubs and cycles of a folder', async () => {
  const shown = await call(['src'], { checkDependencies: true });
  expect(shown).toContain('2 files, 2 imports');
  expect(shown).toMatch(/src\/\w+\.ts ↔ src\/\w+\.ts/u);
  const { cycles } = JSON.parse(await call(['src'], { checkDependencies: true, json: true })) as {
    cycles: string[][];
  };
  expect(cycles[0]?.toSorted()).toEqual(['src/cart.ts', 'src/tax.ts']);
});

test('says of each task of an issue what it depends on', async () => {
  const issue = join(elsewhere, 'issue.md');
  await writeFile(issue, '# Shop\n\n- [ ] Round in `src/cart.ts`\n- [ ] Fix `src/tax.ts`\n');
  const { tasks } = JSON.parse(await call([], { issue, json: true })) as {
    tasks: { ordinal: number; modules: object[] }[];
  };
  expect(tasks.map(({ ordinal }) => ordinal)).toEqual([1, 2]);
  expect(tasks[0]?.modules).toEqual([{ path: 'src/tax.ts', usedBy: 1, changedBy: [2] }]);
  expect(await call([], { issue })).toContain('task 2 will probably change it');
});

test.each([
  [[], { issue: 'no-such-issue.md' }, 'issue-unreadable'],
  [['missing'], {}, 'usage'],
  [['..'], {}, 'no-repository'],
  [[], { at: 'no-such-commit' }, 'usage'],
  [[], { predict: 'no-such-file.md' }, 'usage'],
] as const)('what cannot be had is said: %j %j', async (paths, options, code) => {
  const failure = await call(paths, options).catch((error: unknown) => error);
  expect(failure instanceof UserError && failure.problem.code).toBe(code);
});
