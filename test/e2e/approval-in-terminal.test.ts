import { expect, test } from 'vitest';
import { startInTerminal, hasTerminals } from '../rig/terminal.ts';
import { makeWorld, type World } from '../rig/world.ts';

// Enough besides that the verdict is not negative, which nobody could agree to.
const rest = ['cart', 'till', 'shelf', 'stock', 'price'].map((name) => `Create \`src/${name}.js\``);
const issue = ['Change `README.md` here', 'Change `README.md` there', ...rest];

function start(world: World): ReturnType<typeof startInTerminal> {
  return startInTerminal(
    ...([world, 'orchestrate', '../issue.md', '--agent', world.agent] as const),
    ...['--stack', 'never'],
  );
}

test.runIf(hasTerminals).each(['y\r', 'Yes\r'])(
  'in a terminal, %j starts the run',
  async (keys) => {
    await using world = await makeWorld({ issue });
    const terminal = start(world);
    await terminal.shows('Continue? [y/N] ');
    expect(world.starts('agent-1')).toBe(0);
    terminal.type(keys);
    const { code, screen } = await terminal.ended;
    expect(screen).toMatch(/Tasks 1 and 2 both name README\.md/u);
    expect(code, screen).toBe(0);
    expect(world.starts('agent-1')).toBe(1);
  },
);

test.runIf(hasTerminals).each(['n\r', '\r', 'yep, but later\r', '\u0003', '\u0004'])(
  'in a terminal, %j starts nothing',
  async (keys) => {
    await using world = await makeWorld({ issue });
    const terminal = start(world);
    await terminal.shows('Continue? [y/N] ');
    terminal.type(keys);
    const { code, screen } = await terminal.ended;
    expect(code, screen).toBe(4);
    expect(screen).toContain('--yes');
    expect(world.starts('agent-1')).toBe(0);
  },
);

test.runIf(hasTerminals)('a dry run is no wider than the terminal', async () => {
  await using world = await makeWorld({ issue });
  const terminal = startInTerminal(world, 'orchestrate', '../issue.md', '--dry-run');
  const { screen } = await terminal.ended;
  const lines = screen.split(/\r?\n/u).filter((line) => line.includes('README.md'));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of screen.split(/\r?\n/u)) expect(line.length, line).toBeLessThanOrEqual(100);
});
