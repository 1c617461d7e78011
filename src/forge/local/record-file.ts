import { plainJson } from '../../model/text/plain-text.ts';

/** A Markdown file with a head of named JSON values: readable by people, and as YAML front matter by other programs. */
export type RecordFile = {
  readonly head: Readonly<Record<string, unknown>>;
  readonly body: string;
};

/** Writes a record down. The head's values are JSON, one a line, so that no text in them can end the head. A value that is undefined is left out. */
export function writeRecord({ head, body }: RecordFile): string {
  const lines = Object.entries(head).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${plainJson(value)}`],
  );
  return `---\n${lines.join('\n')}\n---\n\n${body.trimEnd()}\n`;
}

/** Reads a record; null when the text is not one. */
export function readRecord(text: string): RecordFile | null {
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
