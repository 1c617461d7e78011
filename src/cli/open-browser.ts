import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTemporaryFolder } from '../files/temporary-folder.ts';

/**
 * Opens an address by the system's way; where there is none, it stands on the screen. The key never stands among a
 * program's arguments, which all users of the machine can read: a file of the user's alone leads there, and is removed
 * with what this gives back.
 */
export async function openBrowser(url: string, env: NodeJS.ProcessEnv): Promise<AsyncDisposable> {
  const folder = await openTemporaryFolder('flotilla-open-');
  const page = join(folder.path, 'flotilla.html');
  const words = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>Flotilla</title>\n`;
  await writeFile(page, words, { mode: 0o600 });
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [page], { env, detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
  return folder;
}
