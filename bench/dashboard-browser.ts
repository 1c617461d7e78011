import { findChromium, startChromium } from '../test/rig/chromium.ts';
import { median } from './figures.ts';

/** What a browser makes of the page of a large run. */
export type BrowserFigures = {
  /** From the address to the first thing on the screen, in milliseconds. */
  readonly firstPaintMs: number;
  /** To the first row of the timeline, in milliseconds. */
  readonly drawnMs: number;
  /** Of the page's script, in MB. */
  readonly heapMb: number;
  /** Frames a second while the timeline is scrolled from end to end. */
  readonly framesPerSecond: number;
};

const rounds = 3;
const scrollMs = 3_000;

/** Opens the page of a run in Chromium, without a window, and scrolls its timeline; null where there is no Chromium. */
export async function measureInBrowser(params: {
  readonly origin: string;
  readonly token: string;
  /** The run's. */
  readonly id: string;
}): Promise<BrowserFigures | null> {
  if (findChromium() === null) return null;
  await using browser = await startChromium();
  const figures: BrowserFigures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const context = await browser.newContext({ viewport: { width: 1_400, height: 860 } });
    const page = await context.newPage();
    await page.goto(`${params.origin}/?token=${params.token}`);
    await page.waitForSelector('.overview');
    await page.goto(`${params.origin}/runs/${params.id}/timeline`);
    await page.waitForSelector('.lane');
    const [firstPaintMs, drawnMs] = await page.evaluate(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      return [paint?.startTime ?? Number.NaN, performance.now()] as const;
    });
    const framesPerSecond = await page.evaluate<number>(scrollThrough);
    const session = await context.newCDPSession(page);
    await session.send('Performance.enable');
    const { metrics } = await session.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
    figures.push({ firstPaintMs, drawnMs, heapMb: heap / 1_048_576, framesPerSecond });
    await context.close();
  }
  const middle = (name: keyof BrowserFigures): number => median(figures.map((one) => one[name]));
  return {
    firstPaintMs: middle('firstPaintMs'),
    drawnMs: middle('drawnMs'),
    heapMb: middle('heapMb'),
    framesPerSecond: middle('framesPerSecond'),
  };
}

/** Runs in the page: a step with each frame, down and up again; gives frames a second. */
const scrollThrough = `new Promise((resolve) => {
  const lanes = document.querySelector('.lanes');
  const begun = performance.now();
  let frames = 0;
  const step = () => {
    const passed = performance.now() - begun;
    if (passed >= ${scrollMs}) return resolve((frames * 1_000) / passed);
    frames += 1;
    const share = 1 - Math.abs(1 - (2 * passed) / ${scrollMs});
    lanes.scrollTop = share * (lanes.scrollHeight - lanes.clientHeight);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;
