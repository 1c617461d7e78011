import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { replaceFile } from '../../files/replace-file.ts';
import { plainJson } from '../../model/text/plain-text.ts';
import type { ForgeItem } from '../published-work.ts';

/** The issues and pull requests of a local forge: a Markdown file each, numbered together as on GitHub. */
export type Records = {
  /** Finds the record of a kind with this key, brings its body up to date, or makes it under the next number. */
  readonly ensure: (params: RecordParams) => Promise<ForgeItem>;
  /** The number that a record has, or would get now. Writes nothing. */
  readonly foresee: (kind: RecordKind, key: string) => Promise<number>;
  /** The record of a kind with this key; null when there is none. */
  readonly find: (kind: RecordKind, key: string) => Promise<RecordFile | null>;
  /** Changes fields of a record's head, and its body when one is given; all else stays. */
  readonly amend: (number: number, head: RecordFile['head'], body?: string) => Promise<void>;
  /** The numbers of all records of a kind. */
  readonly numbers: (kind: RecordKind) => Promise<number[]>;
  readonly read: (number: number) => Promise<(RecordFile & { readonly kind: RecordKind }) | null>;
};

export type RecordKind = 'issue' | 'pull';

export type RecordParams = {
  readonly kind: RecordKind;
  readonly key: string;
  readonly head: Readonly<Record<string, unknown>>;
  readonly body: string;
};

const folderOf: Record<RecordKind, string> = { issue: 'issues', pull: 'pulls' };

/** Opens the records in a directory. `exclusively` keeps other processes out while a number is chosen. */
export function openRecords(
  directory: string,
  exclusively: <T>(work: () => Promise<T>) => Promise<T>,
): Records {
  // Keys of the files read so far: a number, once given, keeps its key for good.
  const known = new Map<string, number>();
  const seen = new Set<string>();
  let highest = 0;

  const learn = async (kind: RecordKind): Promise<void> => {
    const folder = join(directory, folderOf[kind]);
    for (const name of await readdir(folder).catch(() => [])) {
      const number = Number(/^(\d+)\.md$/u.exec(name)?.[1]);
      if (Number.isNaN(number) || seen.has(`${kind}/${name}`)) continue;
      seen.add(`${kind}/${name}`);
      highest = Math.max(highest, number);
      const key = keyOf(await readFile(join(folder, name), 'utf8'));
      if (key !== null) known.set(`${kind}/${key}`, number);
    }
  };

  const write = async (params: RecordParams, number: number): Promise<ForgeItem> => {
    const path = pathOf(directory, params.kind, number);
    const old = readRecord(await readFile(path, 'utf8').catch(() => ''));
    const head = { number, key: params.key, state: 'open', ...old?.head, ...params.head };
    await replaceFile(path, writeRecord({ head, body: params.body }));
    return { number, url: pathToFileURL(path).href };
  };

  return {
    ensure: (params) =>
      exclusively(async () => {
        await learn('issue');
        await learn('pull');
        const number = known.get(`${params.kind}/${params.key}`) ?? highest + 1;
        const item = await write(params, number);
        highest = Math.max(highest, number);
        known.set(`${params.kind}/${params.key}`, number);
        seen.add(`${params.kind}/${number}.md`);
        return item;
      }),
    foresee: async (kind, key) => {
      await learn('issue');
      await learn('pull');
      return known.get(`${kind}/${key}`) ?? highest + 1;
    },
    find: async (kind, key) => {
      await learn(kind);
      const number = known.get(`${kind}/${key}`);
      return number === undefined ? null : readNumbered(directory, number);
    },
    amend: (number, head, body) =>
      exclusively(() => amendRecord(directory, number, { head, body })),
    numbers: async (kind) => {
      const names = await readdir(join(directory, folderOf[kind])).catch(() => []);
      return names.flatMap((name) => /^(\d+)\.md$/u.exec(name)?.[1] ?? []).map(Number);
    },
    read: (number) => readNumbered(directory, number),
  };
}

function pathOf(directory: string, kind: RecordKind, number: number): string {
  return join(directory, folderOf[kind], `${number}.md`);
}

async function readNumbered(
  directory: string,
  number: number,
): Promise<(RecordFile & { readonly kind: RecordKind }) | null> {
  for (const kind of ['issue', 'pull'] as const) {
    const text = await readFile(pathOf(directory, kind, number), 'utf8').catch(() => '');
    const record = readRecord(text);
    if (record !== null) return { ...record, kind };
  }
  return null;
}

async function amendRecord(
  directory: string,
  number: number,
  change: { readonly head: RecordFile['head']; readonly body: string | undefined },
): Promise<void> {
  const record = await readNumbered(directory, number);
  if (record === null) throw new Error(`The forge has no issue or pull request #${number}`);
  const head = { ...record.head, ...change.head };
  const text = writeRecord({ head, body: change.body ?? record.body });
  await replaceFile(pathOf(directory, record.kind, number), text);
}

/** The key in a record; also in one that was torn after it, so that no second record is made for the same thing. */
function keyOf(text: string): string | null {
  const whole = readRecord(text)?.head['key'];
  if (typeof whole === 'string') return whole;
  const line = /^key: (".*")$/mu.exec(text)?.[1];
  const key: unknown =
    line === undefined ? null : readRecord(`---\nkey: ${line}\n---\n`)?.head['key'];
  return typeof key === 'string' ? key : null;
}

/** A Markdown file with a head of named JSON values: readable by people, and as YAML front matter by other programs. */
type RecordFile = {
  readonly head: Readonly<Record<string, unknown>>;
  readonly body: string;
};

/** Writes a record down. The head's values are JSON, one a line, so that no text in them can end the head. A value that is undefined is left out. */
function writeRecord({ head, body }: RecordFile): string {
  const lines = Object.entries(head).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${plainJson(value)}`],
  );
  return `---\n${lines.join('\n')}\n---\n\n${body.trimEnd()}\n`;
}

/** Reads a record; null when the text is not one. */
function readRecord(text: string): RecordFile | null {
  const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n(?:\r?\n)?([\s\S]*)$/u.exec(text);
  if (parts === null) return null;
  const [, lines = '', body = ''] = parts;
  const entries = lines.split(/\r?\n/u).flatMap((line) => {
    const [, name, value = ''] = /^(\w+):\s*(.*)$/u.exec(line) ?? [];
    return name === undefined ? [] : [[name, valueOf(value.trim())] as const];
  });
  return { head: Object.fromEntries(entries), body };
}

/** What a person wrote by hand may lack the quotes, as in `review: approved`. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
