import { expect, test } from 'vitest';
import { findChromium, inChromium } from '../rig/chromium.ts';
import { openPage } from '../rig/open-page.ts';
import { makeWorld } from '../rig/world.ts';

const issue = `# Make the shop fast

## Sub-Tasks

- [ ] Cache prices in \`src/prices.js\`
- [ ] Load pictures late in \`src/gallery.js\`
- [ ] Describe speed in \`docs/speed.md\`
- [ ] Index the search in \`src/search.js\`
- [ ] Speed the cart up in \`src/cart.js\`
`;

test.skipIf(findChromium() === null)(
  inChromium('from a pasted issue to five reviewed and merged pull requests on one page'),
  async () => {
    await using world = await makeWorld();
    expect((await world.orchestrate('--check', 'true')).code).toBe(0);
    const settings = { agent: { name: world.agent }, verification: { checks: ['true'] } };
    world.write('.claude/config/parallel-orchestration.json', JSON.stringify(settings));
    world.git('add', '--all');
    world.git('commit', '--quiet', '--message', 'Configure');
    expect((await world.flotilla('trust')).code).toBe(0);
    world.script({
      'agent-1.2': 'commit src/prices.js "export const prices = 1;"',
      'agent-1.3': 'hold remark; commit src/prices.js "export const prices = new Map();"',
      'agent-2':
        'colour=$("$FLOTILLA_ASK" "Which <b>colour</b>?" --option grey --option white); commit src/gallery.js "$colour"',
      'agent-3': 'commit docs/speed.md Fast',
      'agent-4': 'commit src/search.js "export const index = [];"',
      'agent-5': 'commit src/cart.js "export const cart = 1;"',
    });
    const remark = world.gate('remark');
    await using opened = await openPage(world);
    const { page, findBarriers } = opened;
    await page.getByText('Make it better').waitFor();
    expect.soft(await findBarriers()).toEqual([]);

    await page.getByRole('link', { name: 'New run' }).click();
    await page.getByRole('textbox', { name: 'Issue' }).fill(issue);
    await page.getByText('5 tasks').waitFor();
    expect.soft(await findBarriers()).toEqual([]);
    await page.getByRole('button', { name: /^Start/u }).click();
    await page.getByRole('heading', { name: 'Make the shop fast' }).waitFor();

    await page.getByText('Which <b>colour</b>?').first().waitFor();
    expect.soft(await findBarriers()).toEqual([]);
    await page.getByRole('button', { name: 'grey' }).click();
    await page.getByText('5 pull requests to be reviewed and merged').waitFor();
    expect.soft(await findBarriers()).toEqual([]);

    const views = page.getByRole('navigation', { name: 'Views of the run' });
    for (const view of ['Plan', 'Merge', 'Story', 'Review']) {
      await views.getByRole('link', { name: view }).click();
      expect.soft(await findBarriers(), view).toEqual([]);
    }
    for (const title of ['Cache prices', 'Load pictures', 'Describe', 'Index', 'Speed the cart']) {
      await page.locator('summary', { hasText: title }).first().click();
      const pull = page.locator('details.pull', { hasText: title });
      await pull.locator('td.code.added').first().waitFor();
      await pull.getByRole('checkbox').check();
    }
    await page.getByText('grey').first().waitFor();
    await page.getByText('5 of 5 pull requests').waitFor();

    const prices = page.locator('details.pull', { hasText: 'Cache prices' });
    await prices.getByRole('button', { name: 'Remark on line 1' }).click();
    await page.getByRole('textbox', { name: 'Remark on line 1' }).fill('Make it a map <i>');
    expect.soft(await findBarriers()).toEqual([]);
    await page.keyboard.press('Control+Enter');
    // Nothing is merged over what a reviewer wants changed, and a reload loses none of it.
    expect(await page.getByRole('button', { name: /^Approve/u }).count()).toBe(0);
    await page.reload();
    await page.getByRole('button', { name: 'Send 1 remark back' }).click();
    await remark.arrived();
    await page.getByText('with its agent').waitFor();
    remark.open();
    await page.getByRole('button', { name: 'Approve and merge 5 pull requests' }).waitFor();
    const prompt = world.seen('agent-1', 'prompt', 3);
    expect(prompt).toContain('File: src/prices.js, line 1\n\nMake it a map <i>');
    await page.locator('summary', { hasText: 'Cache prices' }).click();
    await page.getByText('new Map').waitFor();

    await page.getByRole('button', { name: 'Approve and merge 5 pull requests' }).click();
    await page.getByText('5 tasks merged').waitFor();
    expect(world.git('show', 'flotilla/main:src/prices.js')).toContain('new Map');
    expect(world.git('show', 'flotilla/main:src/gallery.js')).toBe('grey\n');

    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('heading', { name: 'Month by month' }).waitFor();
    expect.soft(await findBarriers()).toEqual([]);
    await page.getByRole('navigation', { name: 'Months' }).getByRole('link').nth(1).click();
    await page.getByRole('heading', { name: /^Review of/u }).waitFor();
    await page.getByRole('cell', { name: 'met, at least 80%' }).waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'hidden' });
    expect(opened.complaints).toEqual([]);
  },
  300_000,
);
