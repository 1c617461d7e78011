import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { dashboardApp, type DashboardParams } from './dashboard-app.ts';
import { harmless, makeToken } from './guard.ts';

export type ServeParams = Omit<DashboardParams, 'token' | 'port'> & {
  /** 0: any that is free. */
  readonly port: number;
};

export type Dashboard = {
  /** The address that opens it, with the key. */
  readonly url: string;
  readonly close: () => Promise<void>;
};

/** Serves the page on the loopback interface. Rejects with the system's error when the port is taken. */
export async function serveDashboard(params: ServeParams): Promise<Dashboard> {
  const server = createServer();
  server.listen({ port: params.port, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const token = makeToken();
  const app = dashboardApp({ ...params, token, port });
  const answer = getRequestListener(app.fetch);
  server.on('request', (request, response) => {
    // Here, so that what is refused before anything of ours is asked has them, too.
    for (const [name, value] of Object.entries(harmless)) response.setHeader(name, value);
    void answer(request, response);
  });
  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    close: () => closeServer(server),
  };
}

/** Readers of a stream never leave by themselves. */
async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
