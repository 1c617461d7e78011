/** Something that is a key, by its shape alone. */
export type ShapedSecret = {
  /** What it is: `an AWS access key`. */
  readonly kind: string;
  /** What distinguishes it from others of its kind. It is never shown. */
  readonly value: string;
  /** Where in the text it begins. */
  readonly index: number;
};

/*
 * Only what its own shape gives away: a gate that guesses would stop work for a variable called `token`. Keys that
 * manuals print as examples count, too: what looks like an example today is a way around the gate tomorrow.
 */
const shapes: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['an AWS access key', /(?<![A-Za-z\d])(?:AKIA|ASIA)[A-Z\d]{16}(?![A-Za-z\d])/gu],
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

/**
 * Finds keys in a text, in their order. Linear in its length: no shape looks further than it takes, and a private key
 * is distinguished from a mention of one by a bounded piece of what stands around its heading.
 */
export function findShapes(text: string): ShapedSecret[] {
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
  return found.toSorted((one, other) => one.index - other.index);
}

/** Characters before a heading in which the start of its line is looked for. */
const nearBefore = 200;

/** The first words of a key itself; null when only its heading is mentioned, as in a program that reads keys. */
function keyValue(text: string, { 0: heading, index }: RegExpExecArray): string | null {
  const end = index + heading.length;
  const after = text.slice(end, end + 400);
  const material = /^(?:[\s"'`+,]|\\[nr])*([A-Za-z\d+/]{24,}={0,2})/u.exec(after)?.[1];
  if (material !== undefined) return material;
  const near = text.slice(Math.max(0, index - nearBefore), index);
  const before = near.slice(near.lastIndexOf('\n') + 1);
  const isAlone = /^\s*$/u.test(before) && /^[ \t\r]*\n[ \t]*\S/u.test(after);
  return isAlone ? heading : null;
}
