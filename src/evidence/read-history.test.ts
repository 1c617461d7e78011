import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchRepository } from '../../test/rig/scratch-repository.ts';
import { gitAt, type Git } from '../git/git.ts';
import { readHistory } from './read-history.ts';

const lines = (last: string): string => `${'a line of text\n'.repeat(50)}${last}\n`;

async function missing(git: Git): Promise<number> {
  const objects = await git.run(['rev-list', '--objects', '--all', '--missing=print']);
  return objects.split('\n').filter((line) => line.startsWith('?')).length;
}

test('the history of a partial clone is read without fetching what it has left out', async () => {
  await using origin = await scratchRepository();
  await origin.commit('Begin', { 'old.txt': lines('one') });
  await origin.commit('Move it and change it', { 'old.txt': null, 'new.txt': lines('two') });
  await origin.commit('Change it again', { 'new.txt': lines('three') });
  await origin.git.run(['config', 'uploadpack.allowFilter', 'true']);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'partial-'));
  const place = join(folder.path, 'clone');
  const filtered = ['clone', '--quiet', '--no-local', '--filter=blob:none'];
  await origin.git.run([...filtered, `file://${origin.directory}`, place]);
  const git = gitAt(place, process.env);
  const before = await missing(git);
  expect(before).toBe(2);
  const changes = await readHistory({ git, commit: 'HEAD', limit: 10 });
  expect(changes.map(({ message }) => message)).toHaveLength(3);
  expect(await missing(git)).toBe(before);
});
