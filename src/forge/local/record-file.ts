/** A Markdown file with a head of named JSON values: readable by people, and as YAML front matter by other programs. */
export type RecordFile = {
  readonly head: Readonly<Record<string, unknown>>;
  readonly body: string;
};

/** Writes a record down. The head's values are JSON, one a line, so that no text in them can end the head. */
export function writeRecord({ head, body }: RecordFile): string {
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `---\n${lines.join('\n')}\n---\n\n${body.trimEnd()}\n`;
}

/** Reads a record; null when the text is none. */
export function readRecord(text: string): RecordFile | null {
  const parts = /^---\n([\s\S]*?)\n---\n\n?([\s\S]*)$/u.exec(text);
  if (parts === null) return null;
  const [, lines = '', body = ''] = parts;
  try {
    const entries = lines.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), JSON.parse(line.slice(colon + 2))] as const;
    });
    return { head: Object.fromEntries(entries), body };
  } catch {
    return null;
  }
}
