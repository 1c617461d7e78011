import { codeSpan } from '../model/text/markdown-text.ts';

/** A path or a command as Markdown code inside one line of a note: whatever it contains, it stays inside. */
export function codeInNote(text: string): string {
  return codeSpan(text.replaceAll('`', "'"));
}

const mostNamed = 10;

/** Several of them, the first ten by name. */
export function codesInNote(texts: readonly string[]): string {
  const named = texts.slice(0, mostNamed).map(codeInNote).join(', ');
  return texts.length > mostNamed ? `${named} and ${texts.length - mostNamed} more` : named;
}
