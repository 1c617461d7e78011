/**
 * Installs the coding agents that the tests drive for real, and the oldest Node that the program runs on, at their pinned
 * versions, into the user's cache. They are users' own programs, never dependencies of ours. Does nothing where they are there already.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { testAgents } from '../test/rig/test-agents.ts';
import { testNode, type TestProgram } from '../test/rig/test-node.ts';

const run = promisify(execFile);

for (const agent of [testNode(), ...testAgents()]) await ensureInstalled(agent);

async function ensureInstalled(agent: TestProgram): Promise<void> {
  const name = `${agent.package}@${agent.version}`;
  if (existsSync(agent.program)) {
    console.log(`${name} is there: ${agent.program}`);
    return;
  }
  await mkdir(dirname(agent.directory), { recursive: true });
  const place = await mkdtemp(`${agent.directory}.`);
  try {
    await install(agent, place);
    await moveInto(place, agent);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
  console.log(`Installed ${name}: ${agent.program}`);
}

/** Installs into a place of its own and tries the program, so that a half-done install is never taken for a whole one. */
async function install(agent: TestProgram, place: string): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts'];
  const name = `${agent.package}@${agent.version}`;
  await run('npm', ['install', ...quiet, '--prefix', place, name], { cwd: place });
  // Some versions and settings of npm run no install scripts, so we do.
  if (agent.afterInstall !== null) {
    const cwd = join(place, 'node_modules', agent.package);
    await run(process.execPath, [agent.afterInstall], { cwd });
  }
  const program = join(place, 'node_modules', '.bin', agent.name);
  const { stdout } = await run(program, ['--version'], { env: { ...process.env, HOME: place } });
  if (!stdout.includes(agent.version))
    throw new Error(`${program} says that it is ${stdout.trim()}, not ${agent.version}`);
}

async function moveInto(place: string, agent: TestProgram): Promise<void> {
  try {
    await rename(place, agent.directory);
  } catch (error) {
    // Somebody else was faster, and what they put there was tried before.
    if (!existsSync(agent.program)) throw error;
  }
}
