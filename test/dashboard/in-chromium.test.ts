import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { findChromium, inChromium } from '../rig/chromium.ts';
import { openPage } from '../rig/open-page.ts';
import { makeWorld } from '../rig/world.ts';

const built = join(import.meta.dirname, '..', '..', 'dist', 'web');

test.skipIf(!existsSync(built))('the page is at most 100 kB, compressed', () => {
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' })
    .map((name) => join(built, name))
    .filter((path) => statSync(path).isFile());
  const bytes = files.map((path) => gzipSync(readFileSync(path)).length);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(100_000);
});

const asks = (question: string): string =>
  `answer=$("$FLOTILLA_ASK" '${question}' --option grey --option white); commit colour.txt "$answer"`;

test.skipIf(findChromium() === null)(
  inChromium('a question is found and answered by keys alone, and its agent continues'),
  async () => {
    await using world = await makeWorld({ issue: ['Choose a colour', 'Do the rest'] });
    const rest = world.gate('rest');
    world.script({ 'agent-1': asks('Which colour?'), 'agent-2': 'hold rest; commit rest.txt' });
    const running = world.begin('--check', 'true');
    await running.printed('asks (question 1)');
    await using opened = await openPage(world);
    const { page, dashboard } = opened;
    const focused = page.locator(':focus');
    const press = (...keys: readonly string[]): Promise<void> =>
      keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

    await page.getByText('Which colour?').waitFor();
    await press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await press('Escape');
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'hidden' });
    await press('a');
    expect(await focused.textContent()).toBe('Task 1');
    await press('Enter');
    await page.getByRole('heading', { name: '1. Choose a colour' }).waitFor();
    expect(await focused.textContent()).toBe('1. Choose a colour');
    await press('Escape');
    // The card that led here is gone: the lane of the task has the focus.
    await page.locator('[data-task="1"]:focus').waitFor();
    await press('j', 'j');
    await page.locator('[data-task="2"]:focus').waitFor();
    await press('k');
    await page.locator('[data-task="1"]:focus').waitFor();
    await press('Enter');
    await page.getByRole('heading', { name: '1. Choose a colour' }).waitFor();
    await press('Escape', '2');
    await page.getByRole('group', { name: 'Plan of the run' }).waitFor();
    await press('1', 'a', 'Tab');
    expect(await focused.textContent()).toBe('grey');
    await press('Enter');
    await page.getByText('Question 1 is answered').waitFor();
    await running.printed('task 1  ✓ completed');
    await page.locator('.lane', { hasText: 'Choose a colour' }).getByText('verified').waitFor();

    await page.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
    await page.reload();
    expect(await page.locator('html').getAttribute('data-scheme')).toBe('dark');
    await page.getByRole('heading', { name: 'Make it better' }).waitFor();
    expect(opened.complaints).toEqual([]);

    dashboard.signal('SIGTERM');
    await page.getByText('not connected').waitFor();
    rest.open();
    expect((await running.ended).code).toBe(0);
    const branches = world.git('branch', '-r', '--list', 'flotilla/feat/*');
    const [branch = ''] = branches.split('\n').filter((name) => name.includes('colour'));
    expect(world.git('show', `${branch.trim()}:colour.txt`)).toBe('grey\n');
  },
  180_000,
);

const elsewhere = 'https://elsewhere.invalid/x';
const evil = `<img src=${elsewhere} onerror=alert(1)><script src=${elsewhere}></script>`;

test.skipIf(findChromium() === null)(
  inChromium('hostile titles, questions, logs and differences run nothing and ask for nothing'),
  async () => {
    await using world = await makeWorld({
      issue: [`Break \`${evil}\` out`, `Say ${evil.slice(0, 40)}`],
    });
    world.script({
      'agent-1': [
        `printf '\\033]0;taken\\007\\033[31m${evil}\\033[0m\\n'`,
        `commit '<svg onload=alert(2)>.js' '${evil} // <b>'`,
        asks(`Is ${evil} right?`),
      ].join('\n'),
    });
    const running = world.begin('--check', `echo '${evil}'`);
    await running.printed('asks (question 1)');
    await running.printed('task 2  ✓ completed');
    await using opened = await openPage(world);
    const { page } = opened;
    await page.getByText(`Is ${evil} right?`).waitFor();
    await page.locator('a.card-head').click();
    const views = page.getByRole('navigation', { name: 'Views of the run' });
    for (const view of ['Plan', 'Merge', 'Review', 'Story', 'Timeline'])
      await views.getByRole('link', { name: view }).click();
    await page.locator('[data-task="1"]').click();
    const panel = page.getByRole('region', { name: 'Task 1' });
    await panel.getByText(evil).first().waitFor();
    await panel.getByRole('button', { name: 'Changes' }).click();
    await panel.getByText('<svg onload=alert(2)>.js').waitFor();
    for (const part of ['Checks', 'Files', 'About'])
      await panel.getByRole('button', { name: part }).click();
    await panel.getByRole('button', { name: 'white' }).click();
    expect((await running.ended).code).toBe(0);
    expect(await page.title()).not.toContain('taken');
    expect(opened.complaints).toEqual([]);
  },
  180_000,
);

test.skipIf(findChromium() === null)(
  inChromium('the picture shows which two collide, and many failures leave the timeline in view'),
  async () => {
    const failing = [1, 2, 3, 4, 5].map((number) => `Do part ${number}`);
    const titles = [...failing, 'Paint it', 'Draw it'];
    await using world = await makeWorld({ issue: titles });
    const settings = { monitoring: { radar_interval: 1 } };
    world.write('.claude/config/parallel-orchestration.json', JSON.stringify(settings));
    const both = world.gate('both');
    world.script({
      default: 'echo "no way"; exit 1',
      'agent-6': 'commit shared.txt red; hold both',
      'agent-7': 'commit shared.txt blue; hold both',
    });
    const running = world.begin('--check', 'true', '--max-workers', '7');
    await running.until(both.arrived(2));
    await using opened = await openPage(world);
    const { page, findBarriers } = opened;
    await page.locator('a.card-head').click();
    await page.locator('.needs.collision').waitFor();
    await page.locator('.folded.failed', { hasText: '5 failed tasks' }).waitFor();
    const lanes = page.locator('.lane.clashing');
    await lanes.nth(1).waitFor();
    expect(await lanes.allTextContents()).toEqual([
      expect.stringContaining('7: shared.txt'),
      expect.stringContaining('6: shared.txt'),
    ]);
    const box = await page.locator('.lanes').boundingBox();
    expect((box?.y ?? 900) + 7 * 34).toBeLessThan(900);
    expect(await findBarriers()).toEqual([]);
    await page.locator('.folded.failed summary').click();
    await page.locator('.folded.failed .needs').nth(4).waitFor();
    expect(await findBarriers()).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    const beyond = 'document.documentElement.scrollWidth - innerWidth';
    expect(await page.evaluate<number>(beyond)).toBeLessThanOrEqual(0);
    expect(opened.complaints).toEqual([]);
    both.open();
    await running.ended;
  },
  180_000,
);
