import { signal } from '@preact/signals';

/** What somebody chose to see the page in; `system` follows their machine. */
export const schemes = ['system', 'light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

const key = 'flotilla-scheme';

export const scheme = signal<Scheme>(remembered());

/** Shows the page in another scheme, and the next time, too. */
export function chooseScheme(chosen: Scheme): void {
  scheme.value = chosen;
  try {
    localStorage.setItem(key, chosen);
  } catch {
    // A browser that keeps nothing shows it until the page is closed.
  }
  showScheme();
}

export function showScheme(): void {
  const root = document.documentElement;
  if (scheme.value === 'system') delete root.dataset['scheme'];
  else root.dataset['scheme'] = scheme.value;
}

function remembered(): Scheme {
  try {
    const kept = localStorage.getItem(key);
    return schemes.find((one) => one === kept) ?? 'system';
  } catch {
    return 'system';
  }
}
