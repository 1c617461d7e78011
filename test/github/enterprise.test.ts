import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startFlotilla } from '../rig/flotilla.ts';
import { makeGitHubWorld, masterBody, type GitHubWorld } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

/** A certificate that nobody trusts unless told to; null where there is no openssl to make it. */
function makeCertificate(): {
  readonly key: string;
  readonly cert: string;
  readonly file: string;
} | null {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-keyout', key, '-out', file, '-days', '1', '-subj', '/CN=127.0.0.1'],
        ...['-addext', 'subjectAltName=IP:127.0.0.1'],
      ],
      { stdio: 'ignore' },
    );
  } catch {
    return null;
  }
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8'), file };
}

/** An Enterprise as a user meets it: named by the remote and the configuration, with a certificate of the company's. */
async function enterprise(
  env: NodeJS.ProcessEnv,
  tls: { key: string; cert: string },
): Promise<GitHubWorld> {
  const site = await makeGitHubWorld({
    hub: { tls },
    env: { GITHUB_SERVER_URL: '', GITHUB_API_URL: '', GH_TOKEN: '', ...env },
  });
  const { host } = new URL(site.hub.gitUrl);
  site.configure({ github: { host } });
  site.world.env['GH_ENTERPRISE_TOKEN'] = site.token;
  return site;
}

test('an Enterprise is found by its remote, with its own token and certificates', async (context) => {
  const certificate = makeCertificate();
  if (certificate === null) return context.skip('there is no openssl');
  const trusting = { NODE_EXTRA_CA_CERTS: certificate.file, GIT_SSL_CAINFO: certificate.file };
  await using site = await enterprise(trusting, certificate);
  const { number } = site.shop.issue({ title: 'Build the cart', body: masterBody(['Add it']) });
  const { code, stdout, stderr } = await site.orchestrate(number);
  expect(code, stdout + stderr).toBe(0);
  expect(site.shop.pulls()).toHaveLength(1);
});

test('a certificate that is not trusted is reported by its name', async (context) => {
  const certificate = makeCertificate();
  if (certificate === null) return context.skip('there is no openssl');
  await using site = await enterprise({}, certificate);
  const { number } = site.shop.issue({ title: 'Build the cart', body: masterBody(['Add it']) });
  const { code, stderr } = await site.orchestrate(number);
  expect(code).toBe(5);
  expect(stderr).toContain('is not trusted');
  expect(stderr).toContain('NODE_EXTRA_CA_CERTS');
});

test('GH_TOKEN is not sent to a host that only the repository names', async (context) => {
  const certificate = makeCertificate();
  if (certificate === null) return context.skip('there is no openssl');
  const trusting = { NODE_EXTRA_CA_CERTS: certificate.file, GIT_SSL_CAINFO: certificate.file };
  await using site = await enterprise({ ...trusting, PATH: '/usr/bin:/bin' }, certificate);
  site.world.env['GH_TOKEN'] = site.token;
  site.world.env['GH_ENTERPRISE_TOKEN'] = '';
  const { number } = site.shop.issue({ title: 'Build the cart', body: masterBody(['Add it']) });
  const { code, stderr } = await site.orchestrate(number, '--forge', 'github');
  expect(code).toBe(5);
  expect(stderr).toContain('There is no token for 127.0.0.1');
  expect(site.hub.calls).toEqual([]);
});

const onlyNamed: readonly (readonly [string, readonly string[], NodeJS.ProcessEnv])[] = [
  ['the configuration', ['orchestrate', '1', '--dry-run'], {}],
  ['the configuration', ['orchestrate', '1', '--yes', '--force'], {}],
  ['a remote', ['orchestrate', '1', '--dry-run', '--forge', 'github'], {}],
  ['a remote', ['orchestrate', '1', '--dry-run', '--forge', 'github'], { GH_HOST: 'ghe.invalid' }],
  ['a remote', ['init', '--yes'], {}],
  ['a remote', ['doctor'], {}],
];

test.each(onlyNamed)('named by %s alone, a host gets no token: %j %j', async (by, args, env) => {
  const certificate = makeCertificate();
  if (certificate === null) return;
  const trusting = { NODE_EXTRA_CA_CERTS: certificate.file, GIT_SSL_CAINFO: certificate.file };
  await using site = await enterprise({ ...trusting, PATH: '/usr/bin:/bin', ...env }, certificate);
  if (by === 'a remote') site.configure({});
  site.shop.issue({ title: 'Build the cart', body: masterBody(['Add it']) });
  const { repository: cwd, env: user } = site.world;
  user['GH_TOKEN'] = site.token;
  await startFlotilla({ args, cwd, env: user, isTrusting: false }).ended;
  expect(site.hub.calls).toEqual([]);
});

test('GH_HOST names an Enterprise as well as a configuration that is trusted', async (context) => {
  const certificate = makeCertificate();
  if (certificate === null) return context.skip('there is no openssl');
  const trusting = { NODE_EXTRA_CA_CERTS: certificate.file, GIT_SSL_CAINFO: certificate.file };
  await using site = await enterprise(trusting, certificate);
  site.configure({});
  site.world.env['GH_HOST'] = new URL(site.hub.gitUrl).host;
  const { number } = site.shop.issue({ title: 'Build the cart', body: masterBody(['Add it']) });
  const { code, stdout, stderr } = await site.orchestrate(number, '--dry-run');
  expect(code, stdout + stderr).toBe(0);
});
