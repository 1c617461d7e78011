import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Handler } from 'hono';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Serves the files of the page, which are few and known by their names: a path that names none is one of the page's own
 * addresses, and gets the page.
 */
export function serveStatic(folder: string): Handler {
  return async (context) => {
    const known = new Set(await readdir(folder, { recursive: true }).catch(() => []));
    if (!known.has('index.html')) return context.text('The page was not built: npm run build', 503);
    const asked = context.req.path.slice(1);
    const name = known.has(asked) && extname(asked) in types ? asked : 'index.html';
    const type = types[extname(name)] ?? 'application/octet-stream';
    // The names of all others hold a digest of what is in them.
    const caching = name === 'index.html' ? 'no-store' : 'private, max-age=31536000, immutable';
    const body = await readFile(join(folder, name));
    return context.body(new Uint8Array(body), 200, {
      'Content-Type': type,
      'Cache-Control': caching,
    });
  };
}
