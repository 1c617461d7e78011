import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { configurationKeys, gitHubKeys } from '../../model/options/configuration-keys.ts';
import type { ConfigurationKey, Option } from '../../model/options/option.ts';
import { runOptions } from '../../model/options/run-options.ts';
import { UserError } from '../../model/user-error.ts';
import type { ValueKind, ValueOf } from '../../model/options/value-kind.ts';
import { requireInside } from '../place/own-folders.ts';
import { valueSchema } from './value-schema.ts';

/** All that the configuration can say. */
const table = { ...runOptions, ...configurationKeys, ...gitHubKeys };

type Entry = Extract<(typeof table)[keyof typeof table], { readonly configuration: string }>;

/** What the file may hold under the key of an entry, as it is once it is read. */
type Configured<E extends Entry> =
  | ValueOf<E extends { readonly configured: infer Kind extends ValueKind } ? Kind : E['value']>
  | (E extends { readonly default: unknown } ? never : undefined);

type SectionOf<Key> = Key extends `${infer Section}.${string}` ? Section : never;

/** The configuration file once it is read. */
export type Configuration = {
  readonly [
    E in Entry as E['configuration'] extends `${string}.${string}` ? never : E['configuration']
  ]: Configured<E>;
} & {
  readonly [Section in SectionOf<Entry['configuration']>]: {
    readonly [
      E in Entry as E['configuration'] extends `${Section}.${infer Name}` ? Name : never
    ]: Configured<E>;
  };
};

type Shape = Readonly<Record<string, z.ZodType>>;

function shapeOf(entries: readonly ConfiguredEntry[]): Shape {
  return Object.fromEntries(
    entries.map(({ name, entry }) => {
      const schema = valueSchema(entry.configured ?? entry.value);
      return [
        name,
        entry.default === undefined ? schema.optional() : schema.default(entry.default),
      ];
    }),
  );
}

type ConfiguredEntry = { readonly name: string; readonly entry: Option | ConfigurationKey };

function buildSchema(): z.ZodType<Configuration> {
  const found = Object.entries<Option | ConfigurationKey>(table).flatMap(([, entry]) => {
    const [name = '', section = ''] = (entry.configuration ?? '').split('.').toReversed();
    return name === '' ? [] : [{ section, name, entry }];
  });
  const { '': plain = [], ...sections } = Object.groupBy(found, ({ section }) => section);
  const parts = Object.entries(sections).map(
    ([section, entries = []]) => [section, z.strictObject(shapeOf(entries)).prefault({})] as const,
  );
  const schema = z.strictObject({
    $schema: z.string().optional(),
    ...Object.fromEntries(parts),
    ...shapeOf(plain),
  });
  // Built from the same table as its type, which cannot be inferred through a loop.
  return schema as z.ZodType as z.ZodType<Configuration>;
}

/** The configuration file, as the user guide names its parts. Unknown names are refused: a misspelt one would do nothing. */
export const configurationSchema = buildSchema();

/** Relative to the root of the user's work tree. */
export const configurationPath = join('.claude', 'config', 'parallel-orchestration.json');

/**
 * Reads the repository's configuration; defaults when there is no file. What needs the user's trust is in it anyway:
 * commands get theirs from `trust/read-trusted.ts`. Throws a `UserError` that names each problem.
 */
export async function readConfiguration(repository: string): Promise<Configuration> {
  await requireInside(repository, [configurationPath]);
  const file = join(repository, configurationPath);
  const text = await readText(file);
  const parsed = configurationSchema.safeParse(parseJson(file, text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
  );
  throw new UserError({ code: 'config-invalid', file, problems });
}

/** Bytes; what is larger is no configuration. */
const largest = 1024 * 1024;

async function readText(file: string): Promise<string> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new Error('it is no file');
    if (found.size > largest) throw new Error('it is larger than 1 MB');
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '{}';
    throw new UserError({ code: 'config-invalid', file, problems: [message] });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError({ code: 'config-invalid', file, problems: [(error as Error).message] });
  }
}

/** What a variable says of an entry; undefined where there is none, or it is empty. Throws a `UserError`. */
export function environmentValue(
  { environment: variable = '', value: kind }: Option | ConfigurationKey,
  env: NodeJS.ProcessEnv,
): unknown {
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  const isWord = kind.kind === 'choice' || kind.kind === 'text';
  const value = isWord ? text : Number(text);
  const parsed = valueSchema(kind).safeParse(value);
  if (parsed.success) return value;
  const why =
    wantedWords(kind, value) ?? parsed.error.issues.map(({ message }) => message).join(', ');
  const message = `${variable} cannot be ${JSON.stringify(text)}: ${why}`;
  throw new UserError({ code: 'usage', message });
}

function wantedWords(kind: ValueKind, value: unknown): string | null {
  if (kind.kind === 'choice')
    return `it must be ${kind.choices.slice(0, -1).join(', ')} or ${kind.choices.at(-1)}`;
  return Number.isNaN(value) ? 'it must be a number' : null;
}

/** What the configuration says of an entry; undefined where it says nothing. */
export function configuredValue(
  { configuration: key }: Option | ConfigurationKey,
  configuration: Configuration,
): unknown {
  return key
    ?.split('.')
    .reduce((part: unknown, name) => Object(part)[name] as unknown, configuration);
}
