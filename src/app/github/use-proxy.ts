import * as http from 'node:http';

const proxyVariables = ['https_proxy', 'http_proxy', 'HTTPS_PROXY', 'HTTP_PROXY'];

/**
 * Lets our requests use the proxy of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, except for `NO_PROXY`). Says whether
 * one is configured that this Node ignores: versions before 24.14 want `NODE_USE_ENV_PROXY=1` from their start.
 */
export function useProxy(env: NodeJS.ProcessEnv): { readonly isIgnored: boolean } {
  const isConfigured = proxyVariables.some((name) => Boolean(env[name]));
  if (!isConfigured || env['NODE_USE_ENV_PROXY'] === '1') return { isIgnored: false };
  const { setGlobalProxyFromEnv } = http as { setGlobalProxyFromEnv?: (from: object) => unknown };
  if (setGlobalProxyFromEnv === undefined) return { isIgnored: true };
  setGlobalProxyFromEnv(env);
  return { isIgnored: false };
}
