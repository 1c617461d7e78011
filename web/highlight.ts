/** A piece of a line of code; `look` is the name of a style, or empty. */
export type CodeSpan = { readonly words: string; readonly look: string };

const keywords = new Set(
  `abstract and as assert async await base boolean break case catch char class const continue def default defer del delete do
  double elif else end enum except export extends extern false False final finally float fn for from func function global go
  goto if impl implements import in instanceof int interface is lambda let long loop match mod module mut namespace new nil
  none None not null or override package pass private protected pub public raise readonly record ref return self short static
  struct super switch template then this throw trait true True try type typeof undefined union unless unsafe until use using
  var virtual void when where while with yield`.split(/\s+/u),
);

const hashComments = new Set(
  `py rb sh bash yaml yml toml pl r dockerfile makefile mk tf nix`.split(' '),
);
const plain = new Set(['md', 'txt', 'json', 'lock', 'csv', 'svg', 'html', 'xml']);

const slashes =
  /(?<comment>\/\/.*|\/\*.*?(?:\*\/|$)|^\s*\*(?=\s|\/).*)|(?<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`(?:\\.|[^`\\])*`?)|(?<number>\b\d[\w.]*\b)|(?<word>[A-Za-z_$][\w$]*)/gu;
const hashes =
  /(?<comment>#.*)|(?<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)|(?<number>\b\d[\w.]*\b)|(?<word>[A-Za-z_$][\w$]*)/gu;

/** A line longer than this is no code that somebody reads. */
const longest = 400;

/** Colours a line by what nearly all languages share: comments, texts, numbers and keywords. It runs and fetches nothing. */
export function highlight(line: string, path: string): readonly CodeSpan[] {
  const kind = (path.split('/').at(-1)?.split('.').at(-1) ?? '').toLowerCase();
  if (plain.has(kind) || line.length > longest) return [{ words: line, look: '' }];
  const spans: CodeSpan[] = [];
  let from = 0;
  for (const match of line.matchAll(hashComments.has(kind) ? hashes : slashes)) {
    const look = lookOf(match.groups ?? {});
    if (look === '') continue;
    if (match.index > from) spans.push({ words: line.slice(from, match.index), look: '' });
    spans.push({ words: match[0], look });
    from = match.index + match[0].length;
  }
  if (from < line.length) spans.push({ words: line.slice(from), look: '' });
  return spans;
}

function lookOf({ comment, string, number, word }: Readonly<Record<string, string | undefined>>) {
  if (comment !== undefined) return 'code-comment';
  if (string !== undefined) return 'code-string';
  if (number !== undefined) return 'code-number';
  return word !== undefined && keywords.has(word) ? 'code-word' : '';
}
