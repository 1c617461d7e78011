import { maskSecrets, secretForms, secretMask } from '../model/text/secret-forms.ts';

const mask = secretMask;

/** The forge's own tokens and keys are given here, too: none of them is a word, however short it is. */
const shortestGiven = 4;

/**
 * Masks what must not leave the machine: the given secret values, and whatever has the shape of a token, a key or a
 * password. The rest stays readable. Linear in the length of the text.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let shown = withoutKeyBlocks(maskSecrets(text, secretForms(secrets, shortestGiven)));
  for (const [pattern, replacement] of shapes) shown = shown.replace(pattern, replacement);
  return shown
    .replace(header, maskHeader)
    .replace(flag, `$1${mask}`)
    .replace(assignment, maskAssignment);
}

/** Tokens that their beginning gives away, and what comes before the `@` of an address. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/(?<=:\/\/)(?!git@)[^\s/?#'"<>]{1,512}@/gu, `${mask}@`],
  [/gh[pousr]_[\w.-]{16,}/gu, mask],
  [/github_pat_\w{16,}/gu, mask],
  [/glpat-[\w-]{16,}/gu, mask],
  [/\bsk-ant-[\w-]{6,}/gu, mask],
  [
    /\b[rs]k[-_](?:proj[-_]|live[-_]|test[-_]|or-v1-|svcacct-)?(?=[a-z-]{0,40}[\dA-Z])[\w-]{16,}/gu,
    mask,
  ],
  [/\b(?:AKIA|ASIA)[A-Z\d]{16}\b/gu, mask],
  [/\bAIza[\w-]{30,}/gu, mask],
  [/\bxox[abeoprs]-[\w-]{10,}/gu, mask],
  [/\b(?:npm_|hf_)[A-Za-z\d]{30,}/gu, mask],
  [/\bpypi-[\w-]{30,}/gu, mask],
  [/\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{4,2000}/gu, mask],
];

const header =
  /(\b(?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:\w{1,20} )?|\b(?:bearer|basic)\s{1,3})([\w.~+/=-]{4,4000})/giu;

/** After a bare `Bearer` or `Basic`, only what does not look like a word. */
function maskHeader(whole: string, before: string, value: string): string {
  const isNamed = /authorization/iu.test(before);
  return isNamed || looksSecret(value) ? `${before}${mask}` : whole;
}

const names =
  'passwd|password|passphrase|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key';

const flag = new RegExp(
  String.raw`(--(?:[\w-]{0,20}-)?(?:${names})\s{1,3})(?!-)[^\s'"]{2,2000}`,
  'giu',
);

const assignment = new RegExp(
  String.raw`((?:${names})[\w-]{0,20}["']?)(\s{0,3}(?:=(?![=>])|:(?!:))\s{0,3})("[^"\n]{0,4000}"?|'[^'\n]{0,4000}'?|[^\s"',;&)\]}]{1,4000})`,
  'giu',
);

/** `token=abc` in any case; `token: abc` and `token = abc` only when the value is quoted or no word looks like it. */
function maskAssignment(whole: string, name: string, between: string, value: string): string {
  const quote = /^["']/u.exec(value)?.[0] ?? '';
  const bare = value.slice(quote.length).replace(/["']$/u, '');
  const isHarmless =
    bare === '' || /^(?:\$|\[redacted\]|null$|undefined$|true$|false$)/u.test(bare);
  const isTight = between === '=';
  if (isHarmless || !(isTight || quote !== '' || looksSecret(bare))) return whole;
  return `${name}${between}${quote}${mask}${quote}`;
}

/** Long, with a digit among letters: code and prose hardly ever are. */
function looksSecret(value: string): boolean {
  return (
    value.length >= 8 && /\d/u.test(value) && /[A-Za-z]/u.test(value) && !/[()[\]{}]/u.test(value)
  );
}

const keyBegin = /-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY-----/u;
const keyEnd = /-----END [A-Z\d ]{0,40}PRIVATE KEY-----/u;
const keyLine =
  /^[\s|>"']*(?:[\w+/=]{16,}|[\w+/]{0,80}={1,2}|[A-Z][\w-]{2,30}: .{0,200})?["',\\n]*\s*$/u;
const keyOnOneLine =
  /-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY-----[^\n]*?(?:-----END [A-Z\d ]{0,40}PRIVATE KEY-----|(?=\n)|$)/gu;

/** Key blocks are removed as a whole, including those that begin before the text or are cut off by its end. */
function withoutKeyBlocks(text: string): string {
  if (!keyBegin.test(text) && !keyEnd.test(text)) return text;
  const kept: string[] = [];
  let isInKey = false;
  for (const line of text.split('\n')) {
    if (isInKey && keyEnd.test(line)) isInKey = false;
    else if (isInKey && line.length < 500 && keyLine.test(line)) continue;
    else isInKey = keepLine(kept, line);
  }
  return kept.join('\n');
}

/** Keeps a line that is outside of a key, or the mask for one that touches a key; says whether the key continues. */
function keepLine(kept: string[], line: string): boolean {
  const isEndOnly = keyEnd.test(line) && !keyBegin.test(line);
  if (isEndOnly) while (kept.length > 0 && /^[\w+/=]{16,}\s*$/u.test(kept.at(-1) ?? '')) kept.pop();
  kept.push(isEndOnly ? line.replace(keyEnd, mask) : line.replace(keyOnOneLine, mask));
  return keyBegin.test(line) && !keyEnd.test(line);
}
