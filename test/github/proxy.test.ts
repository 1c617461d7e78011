import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody } from './github-world.ts';
import { listenOnLoopback } from '../rig/listen-on-loopback.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

type Proxy = AsyncDisposable & { readonly url: string; readonly seen: string[] };

/** A proxy that lets everything through, and writes down who asked for what: by tunnel or by whole address. */
async function openProxy(): Promise<Proxy> {
  const seen: string[] = [];
  const server = createServer((incoming, response) => {
    const { host, pathname, search, port, hostname } = new URL(incoming.url ?? '');
    seen.push(`${host}${pathname}`);
    const path = pathname + search;
    const { method, headers } = incoming;
    const onward = request({ hostname, port, path, method, headers }, (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    const [host, port] = (incoming.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const [socket, other] of [[client, target] as const, [target, client] as const])
      socket.on('error', () => other.destroy());
  });
  return { seen, ...(await listenOnLoopback(server)) };
}

test('requests and pushes go by the proxy of the environment', async () => {
  await using proxy = await openProxy();
  await using site = await makeGitHubWorld({
    env: { HTTP_PROXY: proxy.url, http_proxy: proxy.url },
  });
  const { host } = new URL(site.hub.gitUrl);
  const master = site.shop.issue({ title: 'Build the cart', body: masterBody(['Add the cart']) });
  const { code, stdout, stderr } = await site.orchestrate(master.number);
  expect(code, stdout + stderr).toBe(0);
  expect(proxy.seen.filter((what) => what.includes('git-receive-pack'))).not.toEqual([]);
  const asked = proxy.seen.filter(
    (what) => what === `CONNECT ${host}` || what.startsWith(`${host}/api/v3/`),
  );
  expect(asked).not.toEqual([]);
});
