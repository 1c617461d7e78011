import { expect, test, vi } from 'vitest';
import { spanIdOf, traceIdOf } from '../../src/telemetry/run-span.ts';
import { readStatus } from '../rig/status.ts';
import { startCollector, type CollectedSpan } from '../rig/trace-collector.ts';
import { startHookServer } from '../rig/hook-server.ts';
import { makeWorld } from '../rig/world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 120_000 });

const named = (spans: readonly CollectedSpan[], name: string): readonly CollectedSpan[] =>
  spans.filter((span) => span.name === `flotilla.${name}`);

test('a run is one trace, of its tasks, attempts, stages and checks, and of nothing else', async () => {
  await using collector = await startCollector();
  await using world = await makeWorld({
    issue: ['Add the Zanzibar file', 'Add another'],
    env: collector.env,
  });
  world.script({ 'agent-1': 'echo Zanzibar; commit one.txt', 'agent-2': 'exit 3' });
  const check = 'echo Zanzibar; test -f README.md';
  const { code, stdout, stderr } = await world.orchestrate('--check', check);
  expect(code, stdout + stderr).toBe(2);
  const { run } = await readStatus(world);
  const spans = collector.spans();
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([traceIdOf(run)]));
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);

  const [root, ...more] = named(spans, 'run');
  expect(more).toEqual([]);
  expect(root).toMatchObject({
    ...{ spanId: spanIdOf(run, 'run'), parentSpanId: '', error: null },
    attributes: { 'flotilla.run': run, 'flotilla.forge': 'local', 'flotilla.end': 'finished' },
  });
  expect(named(spans, 'start')).toHaveLength(1);
  const tasks = named(spans, 'task');
  expect(tasks.every(({ parentSpanId }) => parentSpanId === root?.spanId)).toBe(true);
  const outcomes = tasks.map(({ attributes, error }) => [
    attributes['flotilla.task'],
    attributes['flotilla.end'],
    error,
  ]);
  expect(new Set(outcomes.map((each) => each.join(' ')))).toEqual(
    new Set(['1 completed ', '2 failed agent-failed']),
  );
  const attempt = named(spans, 'attempt').find(
    ({ attributes }) => attributes['flotilla.task'] === 1,
  );
  expect(attempt).toMatchObject({
    spanId: spanIdOf(run, 'attempt:1:1'),
    attributes: { 'flotilla.agent': 'command', 'flotilla.why': 'first', 'flotilla.exit_code': 0 },
  });
  expect(tasks.map(({ spanId }) => spanId)).toContain(attempt?.parentSpanId);
  expect(named(spans, 'stage').length).toBeGreaterThan(0);
  expect(named(spans, 'check').map(({ attributes }) => attributes['flotilla.check.state'])).toEqual(
    ['passed'],
  );
  const times = spans.every(({ start, end }) => start <= end && start > Date.now() - 600_000);
  expect(times).toBe(true);

  const sent = collector.requests.map(({ body }) => body).join('\n');
  expect(sent).not.toMatch(/Zanzibar|README|one\.txt|Una|example/u);
  expect(sent).not.toContain(world.root);
  expect(sent).not.toContain('collector-key');
  expect(collector.requests.every(({ path }) => path === '/v1/traces')).toBe(true);
  expect(collector.requests[0]?.headers['x-key']).toBe('collector-key');
});

test("a killed orchestrator's next start continues the same trace, and nothing is sent twice", async () => {
  await using collector = await startCollector();
  await using world = await makeWorld({ issue: ['Add one', 'Add two'], env: collector.env });
  world.script({ 'agent-1': 'commit one.txt', 'agent-2': 'hold gate\ncommit two.txt' });
  const gate = world.gate('gate');
  const first = world.begin();
  await first.until(gate.arrived(1));
  await expect.poll(() => named(collector.spans(), 'task').length, { timeout: 30_000 }).toBe(1);
  first.signal('SIGKILL');
  await first.ended;
  const killedAt = Date.now();
  gate.open();
  const { code, stdout, stderr } = await world.orchestrate();
  expect(code, stdout + stderr).toBe(0);
  const { run } = await readStatus(world);
  const spans = collector.spans();
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([traceIdOf(run)]));
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  const adopted = spans.find(({ spanId }) => spanId === spanIdOf(run, 'attempt:2:1'));
  expect(adopted?.start).toBeLessThan(killedAt);
  expect(adopted?.end).toBeGreaterThanOrEqual(killedAt);
  expect(named(spans, 'start').map(({ error }) => error)).toEqual(['died', null]);
  expect(named(spans, 'run')).toHaveLength(1);
  expect(named(spans, 'attempt')).toHaveLength(2);
  // A run that has ended, and has nothing left to do, adds nothing to what it was.
  await world.orchestrate();
  expect(named(collector.spans(), 'run')).toHaveLength(1);
});

test.for([
  ['never', 'the collector did not answer'],
  [400, 'were not accepted'],
] as const)('a collector that answers %s holds no run up', async ([answer, words]) => {
  await using collector = await startCollector(answer);
  await using world = await makeWorld({ issue: ['Add one'], env: collector.env });
  const ended = world.orchestrate();
  const { code, stdout, stderr } = await ended;
  expect(code, stdout + stderr).toBe(0);
  expect(stdout + stderr).toContain('The trace of this run is not whole');
  expect(stdout + stderr).toContain(words);
  const { tasks } = await readStatus(world);
  expect(tasks.map(({ state }) => state)).toEqual(['completed']);
});

test('the usual protocol is spoken, too', async () => {
  await using server = await startHookServer();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, OTEL_SERVICE_NAME: 'my-flotilla' };
  await using world = await makeWorld({ issue: ['Add one'], env });
  expect((await world.orchestrate()).code).toBe(0);
  const bodies = server.requests.map(({ body }) => body).join('');
  expect(server.requests[0]?.headers['content-type']).toBe('application/x-protobuf');
  expect(bodies).toContain('flotilla.attempt');
  expect(bodies).toContain('my-flotilla');
});

test.for([
  [{ OTEL_SDK_DISABLED: 'true' }, ''],
  [{ OTEL_TRACES_EXPORTER: 'none' }, ''],
  [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'No trace is sent: of the exporters'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'No trace is sent: of the OTLP protocols'],
] as const)('with %j nothing is sent', async ([more, words]) => {
  await using collector = await startCollector();
  const env = { ...collector.env, ...more };
  await using world = await makeWorld({ issue: ['Add one'], env });
  const { code, stdout, stderr } = await world.orchestrate();
  expect(code).toBe(0);
  expect(collector.requests).toEqual([]);
  expect(stdout + stderr).toContain(words);
  if (words === '') expect(stdout + stderr).not.toContain('trace');
});
