import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startGitHub, type Hub } from '../rig/github/github.ts';
import { cloneOf } from './hub-client.ts';

const run = promisify(execFile);
const isHere = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((place) => existsSync(join(place, program)));
const canRun = isHere('gh') && isHere('openssl');

/** GitHub's own program speaks https alone: a certificate of the moment, which it is told to trust. */
async function makeCertificate(
  place: string,
): Promise<{ key: string; cert: string; file: string }> {
  const [key, file] = [join(place, 'key.pem'), join(place, 'cert.pem')];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-keyout', key, '-out', file, '-days', '1', '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1'],
  ]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8'), file };
}

/** Runs `gh` as a user of the double would, in a place without any configuration. */
function ghOn(hub: Hub, token: string, place: string) {
  const env = {
    PATH: process.env['PATH'],
    HOME: place,
    GH_CONFIG_DIR: join(place, 'gh'),
    GH_HOST: new URL(hub.gitUrl).host,
    GH_ENTERPRISE_TOKEN: token,
    SSL_CERT_FILE: join(place, 'cert.pem'),
    GH_PROMPT_DISABLED: '1',
    NO_COLOR: '1',
  };
  return async (...args: string[]): Promise<string> =>
    (await run('gh', args, { cwd: place, env })).stdout.trim();
}

test.skipIf(!canRun)(
  "GitHub's own program reads and writes here as it does there",
  { timeout: 180_000 },
  async () => {
    const place = await mkdtemp(join(tmpdir(), 'gh-program-'));
    try {
      const { key, cert } = await makeCertificate(place);
      await using hub = await startGitHub({ tls: { key, cert } });
      const token = hub.token(['repo', 'read:org'], 'ada');
      const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
      repository.label('bug');
      const gh = ghOn(hub, token, place);
      const shop = `${new URL(hub.gitUrl).host}/ada/shop`;

      expect(JSON.parse(await gh('api', 'user'))).toMatchObject({ login: 'ada' });
      const made = await gh(
        ...['issue', 'create', '-R', shop, '--title', 'One', '--body', 'b', '--label', 'bug'],
      );
      expect(made).toBe(`${hub.gitUrl}/ada/shop/issues/1`);
      expect(repository.issues()[0]?.labels.map(({ name }) => name)).toEqual(['bug']);
      const issue = await gh('issue', 'view', '1', '-R', shop, '--json', 'title,state,labels');
      expect(JSON.parse(issue)).toMatchObject({ title: 'One', state: 'OPEN' });
      await gh('issue', 'comment', '1', '-R', shop, '--body', 'hello');
      expect(repository.comments(1).map(({ body }) => body)).toEqual(['hello']);

      await using clone = await cloneOf(repository.directory, token);
      await clone.commit('feature', { 'a.txt': 'a\n' });
      await clone.push('feature');
      await gh(
        ...['pr', 'create', '-R', shop, '--head', 'feature', '--base', 'main'],
        ...['--title', 'Add a', '--body', 'Closes #1'],
      );
      await repository.setChecks(2, { runs: [{ name: 'build', conclusion: 'success' }] });
      const pulls = await gh('pr', 'list', '-R', shop, '--json', 'number,headRefName,mergeable');
      expect(JSON.parse(pulls)).toMatchObject([{ number: 2, headRefName: 'feature' }]);
      expect(await gh('pr', 'checks', '2', '-R', shop)).toContain('build\tpass');
      await gh('pr', 'merge', '2', '-R', shop, '--squash');
      expect(repository.pulls()[0]?.mergedAt).not.toBeNull();
      const closed = await gh('issue', 'list', '-R', shop, '--state', 'closed', '--json', 'number');
      expect(JSON.parse(closed)).toEqual([{ number: 1 }]);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  },
);
