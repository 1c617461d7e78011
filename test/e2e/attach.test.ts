import { expect, test } from 'vitest';
import { hasTerminals, startInTerminal } from '../rig/terminal.ts';
import { makeWorld } from '../rig/world.ts';

test.skipIf(!hasTerminals)(
  'nobody is attached where there is nothing to open, and the task goes on as if nobody had asked',
  async () => {
    await using world = await makeWorld({ issue: ['Paint the door', 'Paint the wall'] });
    const gate = world.gate('painting');
    world.script({ 'agent-1': 'hold painting; commit door.txt', 'agent-2': 'commit wall.txt' });
    const running = world.begin('--check', 'true', '--max-workers', '1');
    await running.until(gate.arrived());
    const attach = (task: string) => startInTerminal(world, 'attach', '../issue.md', task).ended;

    const noTerminal = await world.flotilla('attach', '../issue.md', '1');
    expect(noTerminal.code).toBe(64);
    expect(noTerminal.stderr).toContain('needs a terminal');
    const command = await attach('1');
    expect(command.code).toBe(9);
    expect(command.screen).toContain('has no program of its own');
    expect(command.screen).toContain('issue.md 1 TEXT');
    const notBegun = await attach('2');
    expect(notBegun.code).toBe(9);
    expect(notBegun.screen).toContain('no agent has worked on it');
    expect((await attach('7')).code).toBe(64);

    gate.open();
    const ended = await running.ended;
    expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
    expect(world.starts('agent-1')).toBe(1);
    const published = await attach('1');
    expect(published.code).toBe(9);
    expect(published.screen).toContain('The work of task 1 is published');
  },
  60_000,
);
