import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { startChromium } from './chromium.ts';
import type { Running } from './flotilla.ts';
import type { World } from './world.ts';

/** The page of a dashboard in a real browser. */
export type OpenPage = AsyncDisposable & {
  readonly page: Page;
  /** The server, which the test may end before its own end. */
  readonly dashboard: Running;
  /** What the browser complained of, what ran that should not, and what was asked for elsewhere. */
  readonly complaints: readonly string[];
  /** What axe finds wrong with what the page shows now, in light and in dark. */
  readonly findBarriers: () => Promise<readonly string[]>;
};

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is used of what axe says. */
type Violation = {
  readonly id: string;
  readonly nodes: readonly {
    readonly target: readonly unknown[];
    readonly failureSummary: string;
  }[];
};

/** Starts `flotilla dashboard` and opens its page. Both end with the test. */
export async function openPage(world: Pick<World, 'start'>): Promise<OpenPage> {
  const dashboard = world.start('dashboard', '--no-open');
  await dashboard.printed('?token=');
  const [url = ''] = dashboard.soFar().split('\n');
  const browser = await startChromium();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  // Whole runs go on behind it, on machines that have other things to do.
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin)
      complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return {
    ...{ page, dashboard, complaints },
    findBarriers: async () => {
      const found: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.evaluate(axe.source);
        const violations = await page.evaluate<readonly Violation[]>(
          `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) => violations)`,
        );
        for (const { id, nodes } of violations)
          for (const { target, failureSummary } of nodes)
            found.push(`${colorScheme} ${id} ${target.join(' ')} ${failureSummary}`);
      }
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      dashboard.signal('SIGTERM');
      const { code, stderr } = await dashboard.ended;
      expect([code, stderr]).toEqual([0, '']);
    },
  };
}
