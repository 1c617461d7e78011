import { createServer } from 'node:net';
import type { Holds } from '../../coordination/holds.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';

/** Ports that no other process uses while the lease lasts. */
export type PortLease = {
  readonly ports: readonly number[];
  /** Lets the lease last as long as this process lives, too. */
  readonly shareWith: (also: ProcessIdentity) => void;
  readonly release: () => void;
};

/** Below the range from which systems take ports for outgoing connections. */
const firstPort = 20_000;
const lastPort = 29_999;

/** Leases ports of this machine that are free in fact: nobody holds a lease on them and nobody listens there. */
export async function leasePorts(holds: Holds, count: number): Promise<PortLease> {
  return holds.during('ports', async () => {
    const held = await holds.heldNames('port:');
    const taken: {
      port: number;
      release: () => void;
      shareWith: (also: ProcessIdentity) => void;
    }[] = [];
    for (let port = firstPort; port <= lastPort && taken.length < count; port += 1) {
      if (held.has(`port:${port}`) || !(await isPortFree(port))) continue;
      const hold = await holds.tryTake(`port:${port}`);
      if (hold.state === 'taken') taken.push({ port, ...hold });
    }
    if (taken.length < count)
      throw new Error(`No ${count} free ports between ${firstPort} and ${lastPort}`);
    return {
      ports: taken.map(({ port }) => port),
      shareWith: (also) => taken.forEach(({ shareWith }) => shareWith(also)),
      release: () => taken.forEach(({ release }) => release()),
    };
  });
}

async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // On a machine without IPv6, nothing listens there.
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
