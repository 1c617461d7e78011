import { expect, test } from 'vitest';
import { startCollector } from '../rig/trace-collector.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

test('what a run and its merging ask of GitHub is in the trace, without texts and tokens', async () => {
  await using collector = await startCollector();
  await using site = await makeGitHubWorld({ env: collector.env });
  site.world.script({ default: 'commit "$AGENT_ID.txt"' });
  site.shop.issue({ title: 'Build Zanzibar', body: masterBody(['Add Zanzibar']) });
  const run = await site.orchestrate(1, '--check', 'true', '--yes');
  expect(run.code, run.stdout + run.stderr).toBe(0);
  const before = collector.spans();
  const operations = (spans: typeof before): unknown[] =>
    spans
      .filter(({ name }) => name === 'flotilla.forge')
      .map(({ attributes }) => attributes['flotilla.forge.operation']);
  expect(operations(before)).toEqual(expect.arrayContaining(['ensureIssue', 'ensurePullRequest']));
  const start = before.find(({ name }) => name === 'flotilla.start');
  const calls = before.filter(({ name }) => name === 'flotilla.forge');
  expect(new Set(calls.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([start?.spanId]));

  const merged = await site.start('merge', '1', '--yes').ended;
  expect(merged.code, merged.stdout + merged.stderr).toBe(0);
  const spans = collector.spans();
  expect(operations(spans)).toContain('merge');
  expect(spans.filter(({ name }) => name === 'flotilla.merge')).toHaveLength(1);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  const sent = collector.requests.map(({ body }) => body).join('\n');
  expect(sent).not.toContain('Zanzibar');
  expect(sent).not.toContain(site.token);
}, 240_000);
