import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

test('a commit that an agent made in a submodule is kept, and the pull request says where', async () => {
  await using world = await makeWorld();
  const library = join(world.root, 'library');
  const run = (...args: readonly string[]): string =>
    execFileSync('git', args, { env: world.env, encoding: 'utf8' });
  run('init', '--quiet', library);
  run('-C', library, 'commit', '--quiet', '--allow-empty', '--message', 'Library');
  world.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
  world.git('commit', '--quiet', '--message', 'A submodule');
  world.script({
    default: `git -c protocol.file.allow=always submodule --quiet update --init
cd lib && echo hours >work.txt && git add --all && git commit --quiet --message Work && cd ..
git add lib && git commit --quiet --message 'Move the link'`,
  });
  const ended = await world.orchestrate('--check', 'true');
  expect(ended.code, ended.stdout).toBe(0);
  const status = await readStatus(world);
  const link = world.git('rev-parse', `${refOf(status, 1)}:lib`).trim();
  const url = taskOf(status, 1).pullRequest?.url ?? '';
  const body = readFileSync(new URL(url), 'utf8');
  const ref = /refs\/flotilla\/salvage\/\S+?\/submodules\/lib\/\w+/u.exec(body)?.[0] ?? '';
  const clone = /kept in .?(\/\S+?clone\.git)/u.exec(body.replaceAll('\\', ''))?.[1] ?? '';
  expect(run('-C', clone, 'rev-parse', `${ref}^`).trim()).toBe(link);
  expect(run('-C', clone, 'show', `${link}:work.txt`)).toBe('hours\n');
});
