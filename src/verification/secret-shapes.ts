/** Something in a text that is a key, and no example of one. */
export type FoundSecret = {
  /** What it is: `an AWS access key`. */
  readonly kind: string;
  /** The first line is 1. */
  readonly line: number;
  /** What tells it from another one of its kind. It is never shown. */
  readonly value: string;
};

/*
 * Only what tells itself by its own shape: a gate that guesses would stop work for a variable called `token`. Keys that
 * manuals print as examples count, too: what looks like an example today is a way round the gate tomorrow.
 */
const shapes: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['an AWS access key', /\b(?:AKIA|ASIA)[A-Z\d]{16}\b/gu],
  [
    'an AWS secret key',
    /\baws_?secret_?(?:access_?)?key\b["']?\s{0,3}[:=]\s{0,3}["']?([\w/+]{40})(?![\w/+=])/giu,
  ],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z\d]{36,255}|github_pat_\w{40,255})/gu],
  ['a GitLab token', /\bglpat-[\w-]{20,64}/gu],
  ['an Anthropic key', /\bsk-ant-[\w-]{24,}/gu],
  ['an OpenAI key', /\bsk-(?!ant-)(?:proj-|svcacct-)?(?=[\w-]{0,60}\d)[A-Za-z\d_-]{40,}/gu],
  ['a Google key', /\bAIza[\w-]{35}(?![\w-])/gu],
  ['a Slack token', /\bxox[abeoprs]-\d[\w-]{20,}/gu],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z\d]{20,}/gu],
  ['an npm token', /\bnpm_[A-Za-z\d]{36}\b/gu],
  ['a PyPI token', /\bpypi-AgEIcHlwaS5vcmc[\w-]{40,}/gu],
];

const keyBegin = /-----BEGIN (?:[A-Z\d]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/gu;

/** Finds keys in a text, in the order of their lines. Linear in its length. */
export function findSecrets(text: string): FoundSecret[] {
  const found = shapes.flatMap(([kind, shape]) =>
    [...text.matchAll(shape)].map((match) => ({
      kind,
      value: match[1] ?? match[0],
      index: match.index,
    })),
  );
  for (const match of text.matchAll(keyBegin)) {
    const value = keyValue(text, match);
    if (value !== null) found.push({ kind: 'a private key', value, index: match.index });
  }
  return found
    .toSorted((one, other) => one.index - other.index)
    .map(({ kind, value, index }) => ({ kind, value, line: lineAt(text, index) }));
}

/** The first words of a key itself; null where only its heading is spoken of, as a program does that reads keys. */
function keyValue(text: string, { 0: heading, index }: RegExpExecArray): string | null {
  const end = index + heading.length;
  const after = text.slice(end, end + 400);
  const material = /^(?:[\s"'`+,]|\\[nr])*([A-Za-z\d+/]{24,}={0,2})/u.exec(after)?.[1];
  if (material !== undefined) return material;
  const before = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
  const isAlone = /^\s*$/u.test(before) && /^[ \t\r]*\n[ \t]*\S/u.test(after);
  return isAlone ? heading : null;
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1))
    line += 1;
  return line;
}
