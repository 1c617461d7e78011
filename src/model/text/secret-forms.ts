/** What is shown in the place of a secret. */
export const secretMask = '[redacted]';

/** Shorter values are no secrets, and masking them would tear holes into words. */
export const shortestSecret = 8;

/**
 * Whether a value that was handed over is masked. A short one is not, nor a single plain word (`production`) or a short
 * number: these are in all texts; masking them would hide what happened and protect nothing.
 */
export function isWorthMasking(value: string): boolean {
  return value.length >= shortestSecret && !/^(?:[A-Za-z][a-z]*|\d{1,11})$/u.test(value);
}

/** More of a value need not be compared to know it. */
const mostCharacters = 4_000;

/**
 * All the ways in which secrets are written, longest first: as they are, in JSON, in addresses and in base64, also in the
 * middle of something longer. Of values with several lines, each line counts, too.
 */
export function secretForms(secrets: readonly string[], shortest = shortestSecret): string[] {
  const values = secrets
    .flatMap((secret) => [
      secret,
      ...secret.split('\n').filter((line) => !line.startsWith('-----')),
    ])
    .map((value) => value.trim().slice(0, mostCharacters).toWellFormed())
    .filter((value) => value.length >= shortest);
  const forms = values.flatMap((value) => [
    value,
    ...jsonForms(value),
    ...addressForms(value),
    ...base64Forms(value),
  ]);
  const isOne = new Set(values);
  return [...new Set(forms)]
    .filter((form) => form.length >= shortestSecret || isOne.has(form))
    .toSorted((a, b) => b.length - a.length);
}

/** Masks each of the forms in a text. Takes time in proportion to the text and the number of forms. */
export function maskSecrets(text: string, forms: readonly string[]): string {
  return forms.reduce((shown, form) => shown.replaceAll(form, secretMask), text);
}

/** As JSON writes it, also within JSON that is a string itself; with `/` or with `<`, `>` and `&` escaped, as some do. */
function jsonForms(value: string): string[] {
  const once = inJson(value);
  const code = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return [
    once,
    once.replaceAll('/', '\\/'),
    once.replaceAll(/[<>&]/gu, code),
    once.replaceAll(/[<>&+']/gu, (sign) => code(sign).toUpperCase().replace('U', 'u')),
    inJson(once),
  ];
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** By the rules of addresses, of paths in them, of forms and of RFC 3986; some write the digits small. */
function addressForms(value: string): string[] {
  const whole = encodeURIComponent(value);
  const strict = whole.replaceAll(
    /[!'()*]/gu,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const forms = [whole, strict, form, strict.replaceAll('%2F', '/'), encodeURI(value)];
  return [
    ...forms,
    ...forms.map((one) => one.replaceAll(/%[\dA-F]{2}/gu, (hex) => hex.toLowerCase())),
  ];
}

/** In both alphabets, as far as it does not depend on what stands before and after it. */
function base64Forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  return [0, 1, 2].flatMap((before) => {
    const padded = String.fromCharCode(...new Uint8Array(before), ...bytes);
    const letters = btoa(padded).replaceAll('=', '');
    // Of the first letter that holds bits of the value, and of the last, some bits are those of the neighbours.
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    const core = letters.slice(start, end);
    const url = core.replaceAll('+', '-').replaceAll('/', '_');
    return before === 0
      ? [letters, letters.replaceAll('+', '-').replaceAll('/', '_'), core, url]
      : [core, url];
  });
}
