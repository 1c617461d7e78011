import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The machine's own Chromium; null where there is none. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((path) => existsSync(path)) ?? null;
}

/** The title of a test in it: it says so where it is skipped. */
export function inChromium(title: string): string {
  const missing = ' (skipped: there is no Chromium; get it with `apt-get install chromium`)';
  return `${title}${findChromium() === null ? missing : ''}`;
}

/** Starts it without a window. It must be closed: `await using`. */
export function startChromium(): Promise<Browser> {
  // Root has no sandbox of Chromium's; the pages are ours.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: findChromium() ?? '', args });
}
