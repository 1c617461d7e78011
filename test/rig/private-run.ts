import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the whole test run a home and a temporary directory of its own, so that no test reads or writes what is the
 * user's, and fails the run when a test left a process or a temporary directory behind.
 */
export async function setup(): Promise<() => Promise<void>> {
  const root = await mkdtemp(join(tmpdir(), 'flotilla-tests-'));
  const temporary = join(root, 'tmp');
  await Promise.all([mkdir(temporary), mkdir(join(root, 'home'))]);
  await writeFile(
    join(root, 'gitconfig'),
    '[user]\n\tname = Tester\n\temail = tester@example.invalid\n',
  );
  Object.assign(process.env, privateVariables(root, temporary));
  return async () => {
    const left = [...(await processesFrom(root)), ...(await temporaryFiles(temporary))];
    // A program on its way out may still keep what Node made of it.
    await rm(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    if (left.length > 0) throw new Error(`The tests left behind:\n  ${left.join('\n  ')}`);
  };
}

/** The caches stay where they are: they hold npm's downloads, and the coding agents that tests drive for real. */
function privateVariables(root: string, temporary: string): Record<string, string> {
  const home = join(root, 'home');
  return {
    HOME: home,
    TMPDIR: temporary,
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    // The program is started from its source hundreds of times: what Node made of it once, it takes again.
    NODE_COMPILE_CACHE: join(root, 'compiled'),
    npm_config_cache: process.env['npm_config_cache'] || join(homedir(), '.npm'),
    npm_config_userconfig: process.env['npm_config_userconfig'] || join(homedir(), '.npmrc'),
    GIT_CONFIG_GLOBAL: join(root, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
}

/** What tests left there. npm and the compiler have Node keep compiled code in a folder of its own, which is no leak. */
async function temporaryFiles(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name !== 'node-compile-cache');
}

/** Marked processes that know of the directory, and whatever works in it; none where there is no `/proc`. */
async function processesFrom(root: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/u.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      const marker = /(?:^|\0)FLOTILLA_ATTEMPT=([^\0]*)/u.exec(environment)?.[1];
      const place = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      const isOurs = place.startsWith(root) || (marker !== undefined && environment.includes(root));
      return isOurs ? [`process ${pid} of ${marker ?? place}`] : [];
    }),
  );
  return found.flat();
}
