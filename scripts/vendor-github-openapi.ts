/**
 * Takes out of GitHub's published OpenAPI description the operations that the test double has, and writes what their
 * answers must look like to `test/fixtures/github-openapi.json`, as plain JSON Schema. The whole description unpacks to
 * several hundred megabytes and is no dependency of ours: `node scripts/vendor-github-openapi.ts` fetches and forgets it.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hubRoutes } from '../test/rig/github/github.ts';

type Json = Record<string, unknown>;
type Operation = { operationId: string; responses: Record<string, { content?: Json }> };
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
};

const run = promisify(execFile);
const source = '@octokit/openapi@23.0.2';
const file = join(import.meta.dirname, '..', 'test', 'fixtures', 'github-openapi.json');

const kept = new Set([
  ...['$ref', 'type', 'enum', 'properties', 'required', 'additionalProperties', 'items'],
  ...['oneOf', 'anyOf', 'allOf'],
]);
const errors = ['basic-error', 'validation-error'];

const description = await download();
const operations = pickOperations(description);
const schemas = pickSchemas(description, operations);
await writeFile(file, `${render(operations, schemas)}\n`);
console.log(`${Object.keys(operations).length} operations and ${schemas.size} schemas in ${file}`);

async function download(): Promise<Description> {
  const place = await mkdtemp(join(tmpdir(), 'vendor-'));
  try {
    const { stdout } = await run('npm', ['pack', '--silent', source], { cwd: place });
    const inside = 'package/generated/api.github.com.json';
    await run('tar', ['-xzf', stdout.trim(), inside], { cwd: place });
    return JSON.parse(await readFile(join(place, inside), 'utf8')) as Description;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** By operation: what is asked, and by status the schema of the answer, `null` where the answer has no JSON. */
function pickOperations({ paths }: Description): Record<string, unknown> {
  const wanted = new Set(['rate-limit/get', ...hubRoutes.map(({ operation }) => operation)]);
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, responses }]) => {
      const target = `${method.toUpperCase()} ${path}`;
      return [operationId, { target, answers: answersOf(responses) }] as const;
    }),
  );
  const picked = all.filter(([operation]) => wanted.delete(operation));
  if (wanted.size > 0) throw new Error(`GitHub has no ${[...wanted].join(', ')}`);
  return Object.fromEntries(picked.toSorted(([a], [b]) => a.localeCompare(b)));
}

function answersOf(responses: Operation['responses']): Record<string, unknown> {
  const good = Object.entries(responses).filter(([status]) => /^[23]/u.test(status));
  return Object.fromEntries(
    good.map(([status, { content }]) => {
      const media = content?.['application/json'] as { schema?: unknown } | undefined;
      return [status, media?.schema === undefined ? null : asJsonSchema(media.schema)];
    }),
  );
}

/** The named schemas that the operations lead to, however far. */
function pickSchemas({ components }: Description, from: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const waiting = [...errors, ...namesIn(from)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const schema = asJsonSchema(components.schemas[name]);
    found.set(name, schema);
    waiting.push(...namesIn(schema));
  }
  return new Map([...found].toSorted(([a], [b]) => a.localeCompare(b)));
}

function namesIn(value: unknown): string[] {
  const words = JSON.stringify(value).matchAll(/"#\/definitions\/(?<name>[^"]+)"/gu);
  return [...words].map(({ groups }) => groups?.['name'] ?? '');
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type; words and examples are left out. */
function asJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = schema as Json;
  const plain = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => kept.has(key))
      .map(([key, value]) => [key, rewrite(key, value)]),
  );
  return nullable === true ? { anyOf: [{ type: 'null' }, plain] } : plain;
}

function rewrite(key: string, value: unknown): unknown {
  if (key === '$ref') return String(value).replace('#/components/schemas/', '#/definitions/');
  if (key === 'required' || key === 'enum' || key === 'type') return value;
  if (key !== 'properties') return asJsonSchema(value);
  return Object.fromEntries(
    Object.entries(value as Json).map(([name, inner]) => [name, asJsonSchema(inner)]),
  );
}

/** One line a schema, so that a newer version can be compared. */
function render(asked: Record<string, unknown>, named: ReadonlyMap<string, unknown>): string {
  const lines = (entries: readonly (readonly [string, unknown])[]): string =>
    entries
      .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return [
    '{',
    `  "source": ${JSON.stringify(source)},`,
    `  "operations": {\n${lines(Object.entries(asked))}\n  },`,
    `  "definitions": {\n${lines([...named])}\n  }`,
    '}',
  ].join('\n');
}
