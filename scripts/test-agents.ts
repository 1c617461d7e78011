/**
 * Runs the tests of real agents where nothing but loopback can be reached: in a network namespace of their own, so that
 * none of these programs talks to anybody while it is tested. Where the machine makes none, it says so and runs them all
 * the same. Arguments go to vitest in place of the folder of these tests.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const given = process.argv.slice(2);
const tests = [process.execPath, vitest, 'run', ...(given.length === 0 ? ['test/agents'] : given)];

/** Brings loopback up, for a new namespace has it down, and becomes the program in its arguments. */
const raiseLoopback = '{ ip link set lo up || ifconfig lo up; } && exec "$@"';

/** Root needs no user namespace for it, and for others root in one is themselves outside. */
const enter = [
  ...['unshare', '--net', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--'],
  ...['sh', '-c', raiseLoopback, 'sh'],
];

const [program = '', ...args] = enter;
const tried = spawnSync(program, [...args, 'true'], { encoding: 'utf8' });
const isClosed = tried.status === 0;
const why = tried.error?.message ?? tried.stderr.trim().split('\n').at(-1) ?? '';
console.log(
  isClosed
    ? 'The agents reach loopback alone: they run in a network namespace of their own.'
    : `NOTE: the network is open to the agents, for this machine makes no network namespace: ${why}`,
);

const [first = '', ...rest] = isClosed ? [...enter, ...tests] : tests;
const child = spawn(first, rest, {
  stdio: 'inherit',
  env: { ...process.env, ...(isClosed ? { FLOTILLA_TESTS_CLOSED_OFF: '1' } : {}) },
});
const [code] = (await once(child, 'exit')) as [number | null];
process.exitCode = code ?? 1;
