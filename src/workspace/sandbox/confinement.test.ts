import { execFileSync } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { confinedGit, openConfinement } from './confinement.ts';
import { findSandbox } from './find-sandbox.ts';

const found = await findSandbox(process.env);

/** Git in a repository that an agent could have laid out. */
async function openPlace(timeLimitMs: number) {
  const place = await mkdtempDisposable(join(tmpdir(), 'confined-'));
  const workspace = join(place.path, 'workspace');
  const env = { PATH: process.env['PATH'], HOME: place.path };
  execFileSync('git', ['init', '--quiet', workspace], { env });
  const clone = join(place.path, 'clone.git');
  const sandbox = found.ok ? found.value : null;
  const confinement = openConfinement({ sandbox, env, home: place.path, clone, timeLimitMs });
  const git = confinedGit({ confinement, place: { workspace, access: 'read' } });
  return { workspace, git, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

test.runIf(found.ok)(
  'a sparse file of 60 GB that git maps fails instead of taking minutes',
  async () => {
    await using place = await openPlace(30_000);
    const refs = join(place.workspace, '.git', 'packed-refs');
    writeFileSync(refs, '# pack-refs with: peeled fully-peeled sorted\n');
    truncateSync(refs, 60 * 1024 ** 3);
    const failure = await place.git.run(['show-ref']).then(
      () => null,
      (error: Error) => error.message,
    );
    expect(failure).not.toBeNull();
    expect(failure).not.toContain('timed-out');
  },
);

test('a call that reads without end is stopped at the limit of the confinement', async () => {
  await using place = await openPlace(500);
  const head = join(place.workspace, '.git', 'HEAD');
  rmSync(head);
  execFileSync('mkfifo', [head]);
  await expect(place.git.run(['rev-parse', 'HEAD'])).rejects.toThrow(/timed-out/u);
});
