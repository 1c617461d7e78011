import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchRepository, type ScratchRepository } from '../../test/rig/scratch-repository.ts';
import { secretForms } from '../model/text/secret-forms.ts';
import { describeUnfitContent, findUnfitContent } from './unfit-content.ts';

// Put together here, so that this file holds none itself.
const key = ['AKIA', 'QWERTYUIOP234567'].join('');
const token = ['ghp_', 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5'].join('');
const line = `KEY=${key}\n`;

let repository: ScratchRepository;
let base: string;

beforeEach(async () => {
  repository = await scratchRepository();
  base = await repository.commit('Begin', {
    'README.md': 'Read me\n',
    'old.env': `OLD=${token}\n`,
  });
});

afterEach(async () => repository[Symbol.asyncDispose]());

async function commitPath(name: string | Buffer, text: string): Promise<void> {
  await writeFile(
    Buffer.concat([Buffer.from(`${repository.directory}/`), Buffer.from(name)]),
    text,
  );
  await repository.commit('Work', {});
}

async function look(allowed: readonly string[] = []) {
  const unfit = await findUnfitContent({ git: repository.git, baseSha: base, allowed });
  const words = describeUnfitContent(unfit);
  expect(words ?? '').not.toContain(key);
  expect(words ?? '').not.toContain(token);
  return unfit.secrets.map(({ kind, place }) => `${kind} in ${place}`);
}

const ways: Record<string, readonly [() => Promise<unknown>, place: string | RegExp]> = {
  'behind a NUL byte': [() => repository.commit('x', { 'nul.env': `x\0 ${line}` }), 'nul.env:1'],
  'in UTF-16': [
    () => repository.commit('x', { 'wide.env': Buffer.from(`\ufeff${line}`, 'utf16le') }),
    'wide.env:1',
  ],
  'in UTF-16 of the other byte order': [
    () => repository.commit('x', { 'wide.env': Buffer.from(line, 'utf16le').swap16() }),
    'wide.env:1',
  ],
  'beyond 5 MB': [
    () => repository.commit('x', { 'big.env': `${' '.repeat(5_300_000)}\n${line}` }),
    'big.env:2',
  ],
  'in a message': [() => repository.commit(`uses ${key}`, { 'a.txt': 'a' }), /^commit \w{9} /u],
  'in an author': [
    () => repository.commit('x', { 'a.txt': 'a' }, `${key} <ann@example.invalid>`),
    /^commit \w{9} /u,
  ],
  'in a file whose name begins with a line break': [
    () => commitPath('\nsecret.env', line),
    '\\u{a}secret.env:1',
  ],
  'in a file whose name is no UTF-8': [
    () => commitPath(Buffer.from('caf\xe9.env', 'latin1'), line),
    'caf\ufffd.env:1',
  ],
  'in a name': [() => repository.commit('x', { [`a/${key}.txt`]: 'x' }), 'the name of a/[key].txt'],
  'in the name of an empty file': [
    () => repository.commit('x', { [key]: '' }),
    'the name of [key]',
  ],
  'in the target of a link': [
    async () => {
      await symlink(key, join(repository.directory, 'link'));
      await repository.commit('x', {});
    },
    'link:1',
  ],
  'in a file that is deleted again': [
    async () => {
      await repository.commit('x', { 'c.env': line });
      await repository.commit('y', { 'c.env': null });
    },
    'c.env:1',
  ],
  'in what only a merge brings': [
    async () => {
      await repository.git.run(['checkout', '--quiet', '-b', 'side']);
      await repository.commit('side', { 'side.txt': 'side' });
      await repository.git.run(['checkout', '--quiet', 'main']);
      await repository.commit('main', { 'main.txt': 'main' });
      await repository.git.run(['merge', '--quiet', '--no-commit', '--no-ff', 'side']);
      await repository.commit('Merge', { 'merged.env': line });
    },
    'merged.env:1',
  ],
  'behind a replacement': [
    async () => {
      await repository.commit('x', { 'a.env': line });
      const blob = (await repository.git.run(['rev-parse', 'HEAD:a.env'])).trim();
      const other = (await repository.git.run(['rev-parse', 'HEAD:README.md'])).trim();
      await repository.git.run(['replace', '-f', blob, other]);
    },
    'a.env:1',
  ],
  'under another name than where it is allowed': [
    () => repository.commit('x', { 'fixtures/a.env': line, 'z.env': line }),
    'z.env:1',
  ],
};

test.each(Object.entries(ways))('a key %s is found', async (_how, [work, place]) => {
  await work();
  const [found = '', ...more] = await look(['fixtures/']);
  expect(more).toEqual([]);
  expect(found).toMatch(/^an AWS access key in /u);
  const where = found.slice('an AWS access key in '.length);
  if (typeof place === 'string') expect(where).toBe(place);
  else expect(where).toMatch(place);
});

test('a secret that was handed over is found in all its forms, and shown in none', async () => {
  const secret = 'tok+en/SECRETvalue123456';
  const handed = secretForms([secret]);
  const encoded = Buffer.from(`x${secret}`).toString('base64');
  await repository.commit(`uses ${secret}`, {
    'raw.env': `T=${secret}`,
    'wide.env': Buffer.from(`T=${secret}`, 'utf16le'),
    'encoded.env': encoded,
    [`${encodeURIComponent(secret)}.txt`]: 'x',
  });
  const { git } = repository;
  const unfit = await findUnfitContent({ git, baseSha: base, allowed: [], handed });
  const places = unfit.secrets.map(({ place }) => place.replace(/^commit.*/u, 'commit'));
  expect(places.toSorted()).toEqual([
    'commit',
    'encoded.env:1',
    'raw.env:1',
    'the name of [key].txt',
    'wide.env:1',
  ]);
  expect(unfit.secrets.every(({ kind }) => kind === 'a secret that was handed over')).toBe(true);
  expect((await findUnfitContent({ git, baseSha: base, allowed: [] })).secrets).toEqual([]);
});

test('what the base has already is no news, wherever it goes', async () => {
  await repository.commit('More', { 'old.env': `MORE=1\nOLD=${token}\n` });
  await rename(join(repository.directory, 'old.env'), join(repository.directory, 'moved.env'));
  await repository.commit('Move', { 'copy.env': `again ${token}\n` });
  expect(await look()).toEqual([]);
});

test('a name or a wide file that the base has may be changed', async () => {
  const wide = Buffer.from(line, 'utf16le');
  base = await repository.commit('Base', { [`${token}.txt`]: 'x', 'wide.env': wide });
  await repository.commit('x', {
    [`${token}.txt`]: 'y',
    'wide.env': Buffer.concat([wide, Buffer.from('x=1', 'utf16le')]),
  });
  expect(await look()).toEqual([]);
});

test('a commit is looked at in any repository that has it', async () => {
  const head = await repository.commit('x', { 'a.env': line });
  await repository.git.run(['reset', '--quiet', '--hard', base]);
  await using elsewhere = await scratchRepository();
  await elsewhere.git.run(['fetch', '--quiet', repository.directory, base, head]);
  const found = await findUnfitContent({ git: elsewhere.git, baseSha: base, head, allowed: [] });
  expect(found.secrets).toEqual([{ kind: 'an AWS access key', place: 'a.env:1' }]);
  expect(await look()).toEqual([]);
});

test('a thousand old keys do not hide a new one', async () => {
  const many = Array.from({ length: 1_500 }, (_, at) => `AKIA${1e15 + at}`).join('\n');
  base = await repository.commit('Many', { 'many.env': many });
  await repository.commit('One more', { 'many.env': `${many}\n${line}` });
  expect(await look()).not.toEqual([]);
  await rm(join(repository.directory, 'many.env'));
});
