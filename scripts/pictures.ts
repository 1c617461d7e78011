/**
 * Makes the pictures of the dashboard that the README shows: a real run of scripted agents, seen by a real browser at the
 * moment when one asks, two collide, one is silent and one has failed. Takes about three minutes; needs Chromium and a build.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startChromium } from '../test/rig/chromium.ts';

const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const pictures = fileURLToPath(new URL('../docs/pictures/', import.meta.url));

const issue = `# Make the shop fast

## Sub-Tasks

- [ ] Cache prices in \`src/prices.js\`
- [ ] Load pictures late in \`src/gallery.js\`
- [ ] Describe caching in \`docs/caching.md\`
- [ ] Index the search in \`src/search.js\`
- [ ] Measure the start in \`bench/start.js\`
- [ ] Speed up the cart in \`src/cart.js\`
- [ ] Remember the checkout in \`src/checkout.js\`
- [ ] Compress answers in \`src/server.js\`
`;

/** By the number of its task. What the agents do takes as long as the silence of one that is worth a word. */
const agent = `cat >/dev/null
work() { mkdir -p "$(dirname "$1")"; echo "$2" >>"$1"; git add .; git commit -qm "$3"; }
say() { echo "$1"; sleep "$2"; }
case $AGENT_ID in
agent-1) say 'Reading src/prices.js' 12; say 'Running npm test' 18; work src/prices.js '// cached' 'Cache prices' ;;
agent-2)
  say 'Reading src/gallery.js' 20; say 'Editing src/gallery.js' 35
  colour=$("$FLOTILLA_ASK" 'What should stand in for a picture until it is there?' --option 'a grey box' --option 'its colours, blurred')
  work src/gallery.js "// $colour" 'Load pictures late' ;;
agent-3) say 'Writing docs/caching.md' 40; work docs/caching.md 'Prices are cached.' 'Describe caching' ;;
agent-4) say 'Editing src/search.js' 30; say 'Running npm test' 20; say 'no index can be built from an empty catalogue' 0; exit 1 ;;
agent-5) say 'Running node bench/start.js' 600 ;;
agent-6) say 'Reading src/cart.js' 25; echo 'export const shop = "cart";' >src/shop.js; while say 'Editing src/shop.js' 5; do :; done ;;
agent-7) say 'Reading src/checkout.js' 30; echo 'export const shop = "checkout";' >src/shop.js; while say 'Editing src/shop.js' 5; do :; done ;;
agent-8) while say 'Editing src/server.js' 5; do :; done ;;
esac
`;

await using folder = await mkdtempDisposable(join(tmpdir(), 'pictures-of-'));
const shop = join(folder.path, 'shop');
const env = {
  PATH: process.env['PATH'],
  LANG: 'C.UTF-8',
  HOME: folder.path,
  XDG_STATE_HOME: join(folder.path, 'state'),
  GIT_CONFIG_NOSYSTEM: '1',
};
const git = (...args: readonly string[]): void => {
  execFileSync('git', args, { cwd: shop, env });
};
const start = (...args: readonly string[]) =>
  spawn(process.execPath, [program, ...args], {
    cwd: shop,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

mkdirSync(join(shop, 'src'), { recursive: true });
writeFileSync(join(folder.path, '.gitconfig'), '[user]\nname = Una\nemail = una@example.invalid\n');
for (const name of ['prices', 'gallery', 'search', 'cart', 'checkout', 'server', 'shop'])
  writeFileSync(join(shop, 'src', `${name}.js`), `export const ${name} = 1;\n`);
writeFileSync(join(shop, 'agent.sh'), agent);
writeFileSync(join(folder.path, 'issue.md'), issue);
git('init', '--quiet', '--initial-branch=main');
git('add', '--all');
git('commit', '--quiet', '--message', 'Begin');

const run = start(
  ...['orchestrate', '../issue.md', '--agent', 'command:sh agent.sh', '--sandbox', 'off'],
  ...['--check', 'sleep 6', '--max-workers', '8', '--yes', '--force', '--plain'],
);
run.stdout.resume();
const dashboard = start('dashboard', '--no-open');
const ended = [once(run, 'close'), once(dashboard, 'close')];
try {
  const [url] = (await once(createInterface(dashboard.stdout), 'line')) as [string];
  await using browser = await startChromium();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(300_000);
  await page.goto(url);
  await page.locator('a.card-head').click();
  for (const what of ['question', 'failed', 'collision', 'silent'])
    await page.locator(`.needs.${what}`).waitFor();
  mkdirSync(pictures, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(pictures, `dashboard-${colorScheme}.png`) });
  }
} finally {
  execFileSync(process.execPath, [program, 'cancel', '../issue.md'], { cwd: shop, env });
  dashboard.kill('SIGTERM');
  await Promise.all(ended);
}
