import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { startModelServer } from '../rig/model-server.ts';

const isClosedOff = process.env['FLOTILLA_TESTS_CLOSED_OFF'] === '1';
const note = isClosedOff
  ? ''
  : ' (skipped: the network is open; npm run test:agents closes it off where the machine can)';

test.skipIf(!isClosedOff)(`nothing but loopback can be reached${note}`, async () => {
  expect(Object.keys(networkInterfaces())).toEqual(['lo']);
  // A heading, and no route.
  expect(readFileSync('/proc/net/route', 'utf8').trim().split('\n')).toHaveLength(1);
  await using server = await startModelServer([{ say: 'Here.' }]);
  expect((await fetch(`${server.url}/v1/models`)).status).toBeGreaterThan(0);
});
