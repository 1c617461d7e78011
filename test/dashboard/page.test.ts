import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findChromium, inChromium, startChromium } from '../rig/chromium.ts';
import { startDashboard } from '../rig/dashboard.ts';
import { listenOnLoopback } from '../rig/listen-on-loopback.ts';
import { readStatus } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const isBuilt = existsSync(join(import.meta.dirname, '..', '..', 'dist', 'web', 'index.html'));

test.skipIf(findChromium() === null || !isBuilt)(
  inChromium('the page shows a run as text, whatever its title, and breaks no rule of its policy'),
  async () => {
    const title = 'Paint `<img src=x onerror=alert(2)>` and `<script>alert(1)</script>`';
    await using world = await makeWorld({ issue: [title] });
    expect((await world.orchestrate('--check', 'true')).code).toBe(0);
    await using dashboard = await startDashboard(world);
    await using browser = await startChromium();
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => complaints.push('a dialog')));
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (
        !request.url().startsWith(`http://127.0.0.1:${dashboard.port}/`) &&
        !request.url().startsWith('file:')
      )
        foreign.push(request.url());
    });
    // As the program opens it: by a file that leads there.
    const opener = join(world.root, 'flotilla.html');
    writeFileSync(opener, `<meta http-equiv="refresh" content="0;url=${dashboard.url}">`);
    await page.goto(`file://${opener}`);
    await page.getByText('Make it better').first().waitFor();
    // The key does not stay in the address.
    expect(page.url()).toBe(`http://127.0.0.1:${dashboard.port}/`);
    const { id, tasks } = await dashboard.run();
    expect(tasks[0]?.title).toContain('<script>alert(1)</script>');
    await page.goto(`http://127.0.0.1:${dashboard.port}/runs/${id}/timeline`);
    await page.getByText('<script>alert(1)</script>').first().waitFor();
    expect([complaints, foreign]).toEqual([[], []]);
  },
  120_000,
);

/** What somebody else's page tries with the address of a run's action, in the user's browser. */
const tries = `
  const address = new URLSearchParams(location.search).get('at');
  const said = [];
  const attempt = async (name, work) => said.push(name + ': ' + await work().then(
    (answer) => answer.type + ' ' + answer.status, (error) => error.name));
  const post = (mode, type) => fetch(address + '/pause',
    { method: 'POST', mode, credentials: 'include', headers: { 'Content-Type': type }, body: '{}' });
  (async () => {
    await attempt('text', () => post('no-cors', 'text/plain'));
    await attempt('json', () => post('cors', 'application/json'));
    await attempt('reading', () => fetch(address, { credentials: 'include' }));
    await new Promise((resolve) => {
      const source = new EventSource(address + '/stream', { withCredentials: true });
      source.onmessage = source.onopen = () => { said.push('stream: open'); resolve(); };
      source.onerror = () => { source.close(); said.push('stream: refused'); resolve(); };
    });
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: address + '/pause', target: 'inside', enctype: 'text/plain' });
    const frame = document.createElement('iframe');
    frame.name = 'inside';
    document.body.append(frame, form);
    frame.addEventListener('load', () => { document.title = said.join(', '); });
    form.submit();
  })();`;

test.skipIf(findChromium() === null)(
  inChromium('a page from elsewhere, on this machine, too, acts on nothing and reads nothing'),
  async () => {
    await using world = await makeWorld({ issue: ['One'] });
    const gate = world.gate('held');
    world.script({ default: 'hold held; commit done.txt' });
    const running = world.begin('--check', 'true');
    await running.until(gate.arrived());
    await using dashboard = await startDashboard(world);
    const { id } = await dashboard.run();
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<!doctype html><body><script>${tries}</script>`);
    });
    await using elsewhere = await listenOnLoopback(server);
    await using browser = await startChromium();
    const context = await browser.newContext();
    // The user has the dashboard open in the same browser.
    await (await context.newPage()).goto(dashboard.url);
    const page = await context.newPage();
    const at = `http://127.0.0.1:${dashboard.port}/api/runs/${id}`;
    for (const other of [elsewhere.url, elsewhere.url.replace('127.0.0.1', 'localhost')]) {
      await page.goto(`${other}/?at=${encodeURIComponent(at)}`);
      await page.waitForFunction('document.title !== ""');
      expect(await page.title()).toBe(
        'text: TypeError, json: TypeError, reading: TypeError, stream: refused',
      );
    }
    expect(await readStatus(world)).toMatchObject({ state: 'running' });
    // And what they tried would have worked for ours.
    await dashboard.act(id, 'pause');
    expect(await readStatus(world)).toMatchObject({ state: 'paused' });
    await dashboard.act(id, 'continue');
    gate.open();
    expect((await running.ended).code).toBe(0);
  },
  120_000,
);
