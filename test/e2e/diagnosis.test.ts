import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorld, type World } from '../rig/world.ts';

/** The text of the one diagnostic issue of a world. */
function diagnosticIssue({ stateHome }: World): string {
  const found = execFileSync('grep', ['-rl', 'kind: "diagnostic"', stateHome], {
    encoding: 'utf8',
  });
  return readFileSync(found.trim(), 'utf8');
}

/** The log of a task's agent, by the path that the user guide names. */
function agentLog({ repository }: World, agent: string): string {
  const logs = join(repository, '.claude', 'runtime', 'logs');
  const [run = ''] = readdirSync(logs);
  return readFileSync(join(logs, run, `${agent}.log`), 'utf8');
}

test('what failed stands in one issue, which the closing words name and which is closed when it succeeds', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  world.script({ 'agent-2.1': 'exec sleep 600', 'agent-3.1': 'echo "no idea"; exit 3' });
  const failed = await world.orchestrate('--timeout', '2');
  expect(failed.code).toBe(2);
  const number = /→ Check failure diagnostic issue #(\d+)\n {4}cat (\S+)/u.exec(failed.stdout);
  expect(readFileSync(number?.[2] ?? '', 'utf8')).toBe(diagnosticIssue(world));
  expect(diagnosticIssue(world)).toContain('state: "open"');

  // A silent agent has its log, too: it says why there is no more in it.
  expect(agentLog(world, 'agent-2')).toMatch(
    /^── attempt 1, .*\n── stopped, timed-out: Agent timeout after 2s\n── ✗ failed, TIMEOUT: .*\n$/u,
  );
  const some = await world.orchestrate('--retry', '--tasks', '2');
  expect(some.code).toBe(2);
  expect(diagnosticIssue(world)).toContain('state: "open"');
  expect(diagnosticIssue(world)).toContain('1 of 3 tasks');

  const fixed = await world.orchestrate('--retry');
  expect(fixed.code).toBe(0);
  expect(fixed.stdout).toContain(`closed issue #${number?.[1]}: what had failed has succeeded`);
  expect(fixed.stdout).not.toContain('diagnostic issue #');
  const closed = diagnosticIssue(world);
  expect(closed).toContain('state: "closed"');
  expect(closed).toMatch(
    /- Task 3, Three: agent-failed: .*no idea.* It succeeded at attempt 2, pull/u,
  );
  // Both attempts stand in the log, the first one's words as well.
  expect(agentLog(world, 'agent-3')).toMatch(
    /^── attempt 1, .*\nno idea\n── ended with exit code 3: .*\n── ✗ failed, .*\n── attempt 2, a retry, [^]*── ended with exit code 0\n$/u,
  );
});
