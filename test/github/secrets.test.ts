import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { filesWith } from './files-with.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

test('the token is seen by GitHub alone: no argument, agent, log, journal, file or page has it', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world, token, hub } = site;
  // A git that writes down what it is called with, before the real one.
  const bin = join(world.root, 'bin');
  mkdirSync(bin);
  const log = join(world.root, 'git-arguments');
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh\nprintf '%s\\n' "$*" >>'${log}'\nPATH=\${PATH#*:} exec git "$@"\n`,
  );
  chmodSync(join(bin, 'git'), 0o755);
  world.env['PATH'] = `${bin}:${process.env['PATH']}`;
  // An agent that shows all that it has been given, and repeats a secret that it found elsewhere.
  world.script({
    default: `env >environment.txt\ngit config --list >configuration.txt\ngit add -A && git commit -qm 'Show all'\necho 'I found ${token} somewhere'`,
  });
  const master = shop.issue({ title: 'Build the cart', body: masterBody(['Add the cart']) });
  const { code, stdout, stderr } = await site.orchestrate(master.number);
  expect(code, stdout + stderr).toBe(0);

  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const secrets = [token, basic];
  const holds = (text: string): boolean => secrets.some((secret) => text.includes(secret));
  expect(readFileSync(log, 'utf8')).toContain('push');
  expect(holds(readFileSync(log, 'utf8'))).toBe(false);
  expect(holds(stdout + stderr)).toBe(false);
  expect(holds(world.seen('agent-1', 'env'))).toBe(false);
  expect(holds(world.git('show', 'flotilla/' + shop.pulls()[0]?.head.ref))).toBe(false);
  for (const { sent } of hub.calls) expect(holds(sent)).toBe(false);
  // What the agent itself printed is its own output file's; nothing that we made of it has the token.
  const script = join(world.root, 'rig', 'default.sh');
  const found = filesWith(world.root, secrets).filter((path) => path !== script);
  expect(found.map((path) => path.split('/').at(-1))).toEqual(['output']);
});

test('a fork takes the branches of somebody who may not push', async () => {
  await using site = await makeGitHubWorld({ login: 'visitor', scopes: ['public_repo'] });
  const { shop, hub } = site;
  const master = shop.issue({ title: 'Build the cart', body: masterBody(['Add the cart']) });
  const { code, stdout, stderr } = await site.orchestrate(master.number);
  expect(code, stdout + stderr).toBe(0);
  const [pull] = shop.pulls();
  expect(pull?.head.repository.owner.login).toBe('visitor');
  expect([...(await shop.branches()).keys()]).toEqual(['main']);
  expect([...(await hub.repository('visitor/shop').branches()).keys()]).toContain(pull?.head.ref);
});
