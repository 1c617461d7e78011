const split = (path) => path.split('/').filter((part) => part !== '');

/**
 * A router without a network: it takes `{ method, path, body }` and answers `{ status, body }`.
 * A part of a pattern that begins with a colon matches anything and is handed over in `params`.
 */
export function createRouter() {
  const routes = [];
  return {
    add(method, pattern, answer) {
      routes.push({ method, parts: split(pattern), answer });
    },
    async handle({ method, path, body }) {
      for (const route of routes) {
        const params = route.method === method ? match(route.parts, split(path)) : undefined;
        if (params) return route.answer({ params, body });
      }
      return { status: 404, body: { error: `Nothing at ${method} ${path}` } };
    },
  };
}

function match(pattern, parts) {
  if (pattern.length !== parts.length) return undefined;
  const params = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(parts[index]);
    else if (part !== parts[index]) return undefined;
  }
  return params;
}
