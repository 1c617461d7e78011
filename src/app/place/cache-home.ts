import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what can be made again is kept: `$XDG_CACHE_HOME/flotilla`, otherwise `~/.cache/flotilla`. */
export function cacheHome(env: NodeJS.ProcessEnv): string {
  const given = env['XDG_CACHE_HOME'];
  const base = given !== undefined && given.startsWith('/') ? given : join(homedir(), '.cache');
  return join(base, 'flotilla');
}
