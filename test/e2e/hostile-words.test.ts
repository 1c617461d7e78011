import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ended } from '../rig/flotilla.ts';
import { forgeMeaning, readMarkdown } from '../rig/read-markdown.ts';
import { readStatus, taskOf, type ToldRun } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const secret = 'tok+en/SECRETvalue123456';
const writings = [
  secret,
  encodeURIComponent(secret),
  ...['', 'x', 'xy'].map((before) =>
    Buffer.from(`${before}${secret}`).toString('base64').slice(4, 32),
  ),
];

/** What an agent may say and do so that those who read of it are misled, or read what they should not. */
const ways = {
  'Claims much': `commit z.txt; cat <<'T'
Done. Closes #71, fixes #99 and resolves torvalds/linux#1. cc @everyone @octo-org/security
![x](https://evil.example/track.png?u=1) <img src="https://evil.example/i.png"> <details><summary>Approved</summary>
<!-<!---- flotilla:pull:orch-local-1:2 --<!-->
T`,
  'Speaks to terminals': `printf 'x\\033[2Jy' > "$(printf 'out\\033]0;T\\007.txt')"; git add -A
git commit -qm "$(printf 'subject \\033]0;T\\007 end')"; printf 'says \\033]52;c;cHduZWQ=\\007\\n'`,
  'Commits a secret': `echo "$TRIAL_TOKEN" >s.txt; git add -A; git commit -qm "subject $TRIAL_TOKEN"`,
  'Tells a secret': `commit t.txt
printf 'raw %s' "$(echo "$TRIAL_TOKEN" | cut -c1-9)"; sleep 3; echo "$TRIAL_TOKEN" | cut -c10-
echo "$TRIAL_TOKEN" | base64; printf 'x%s' "$TRIAL_TOKEN" | base64; printf 'xy%s' "$TRIAL_TOKEN" | base64
echo "url ${encodeURIComponent(secret)}"; echo "to errors $TRIAL_TOKEN" >&2`,
  'Fails with a secret': `echo "said $TRIAL_TOKEN" >&2; exit 3`,
} as const;

describe('words of agents', () => {
  let world: World;
  let ended: Ended;
  let run: ToldRun;

  beforeAll(async () => {
    const titles = Object.keys(ways);
    world = await makeWorld({ issue: titles, env: { TRIAL_TOKEN: secret } });
    world.script(
      Object.fromEntries(Object.values(ways).map((way, index) => [`agent-${index + 1}`, way])),
    );
    ended = await world.flotilla(
      ...['orchestrate', '../issue.md', '--agent', world.agent, '--json', '--yes', '--force'],
      ...['--env', 'TRIAL_TOKEN', '--check', 'echo "$TRIAL_TOKEN"', '--stack', 'never'],
    );
    run = await readStatus(world);
  }, 120_000);

  afterAll(() => world[Symbol.asyncDispose]());

  function pullOf(title: string): string {
    const url = taskOf(run, Object.keys(ways).indexOf(title) + 1).pullRequest?.url ?? '';
    return readFileSync(fileURLToPath(url), 'utf8');
  }

  test('close nothing, call nobody and show nothing foreign in a pull request', () => {
    const body = pullOf('Claims much').replace(/^---\n[^]*?\n---\n/u, '');
    const { kinds, prose } = readMarkdown(body);
    expect(prose.replaceAll(/Closes #\d+\. Part of local#1/gu, '')).not.toMatch(forgeMeaning);
    expect(kinds).not.toContain('image');
    expect(body).not.toMatch(/<!--[^]{0,9}flotilla:pull:orch-local-1:2/u);
    expect(body).toContain('cc @everyone @octo-org/security');
  });

  test('reach no terminal, and no file that people read', async () => {
    const issue = '../issue.md';
    const said = await Promise.all([
      world.flotilla('logs', issue),
      world.flotilla('logs', issue, '2'),
      world.flotilla('diff', issue, '2'),
      world.flotilla('status', issue),
      world.flotilla('runs'),
    ]);
    const controls = /[[\p{Cc}\u202A-\u202E]--[\t\n]]/v;
    for (const { stdout, stderr } of said) expect(stdout + stderr).not.toMatch(controls);
    expect(said[2]?.stdout).toContain('+x␛[2Jy');
    for (const path of filesBelow(world.root).filter((name) => name.endsWith('.md')))
      expect(readFileSync(path, 'utf8'), path).not.toMatch(controls);
    expect(ended.stdout).not.toMatch(controls);
  });

  test('that hold what was handed over are masked everywhere, in all its writings', () => {
    const places = [
      join(world.repository, '.claude'),
      ...filesBelow(world.stateHome).filter((path) =>
        /\/(?:journal\.sqlite|forge\/(?:issues|pulls)|runs\/)/u.test(path),
      ),
    ].flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
    expect(places.some((path) => path.endsWith('/output'))).toBe(true);
    for (const path of places) {
      const text = readFileSync(path, 'latin1');
      for (const writing of writings) expect(text.includes(writing), path).toBe(false);
    }
    for (const writing of writings) expect(ended.stdout + ended.stderr).not.toContain(writing);
    expect(pullOf('Tells a secret')).toContain('*'.repeat(secret.length));
    const { state, failure } = taskOf(run, Object.keys(ways).indexOf('Commits a secret') + 1);
    expect([state, failure?.reason]).toEqual(['failed', 'invalid']);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
