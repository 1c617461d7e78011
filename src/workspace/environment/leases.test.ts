import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHolds } from '../../coordination/holds.ts';
import { identifySelf } from '../../process/identity.ts';
import { leasePorts } from './leases.ts';

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  return server;
}

test('ports are leased to one at a time, those in use are passed over, and released ones come again', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'leases-'));
  const file = join(folder.path, 'holds.sqlite');
  const [one, other] = [
    openHolds(file, await identifySelf()),
    openHolds(file, await identifySelf()),
  ];
  const first = await leasePorts(one, 2);
  const second = await leasePorts(other, 2);
  expect(new Set([...first.ports, ...second.ports]).size).toBe(4);

  const [port = 0] = first.ports;
  first.release();
  const again = await leasePorts(other, 1);
  expect(again.ports).toEqual([port]);
  again.release();

  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const server = await listen(port, host);
    const besides = await leasePorts(one, 1);
    expect(besides.ports).not.toContain(port);
    besides.release();
    server.close();
    await once(server, 'close');
  }
  second.release();
  expect(await one.heldNames('port:')).toEqual(new Set());
  one.close();
  other.close();
});
