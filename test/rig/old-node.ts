import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The search path without the checkout's own programs, as a user of the package has it. */
export function pathOfUser(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter((folder) => !folder.endsWith(join('node_modules', '.bin'))).join(delimiter);
}

/** A Node on the user's path that is too old for Flotilla; null where there is none. */
export function findOldNode(): string | null {
  const candidates = pathOfUser()
    .split(delimiter)
    .map((folder) => join(folder, 'node'));
  return candidates.find((program) => isOld(program)) ?? null;
}

function isOld(program: string): boolean {
  try {
    const version = execFileSync(program, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [, major, minor] = /^v(\d+)\.(\d+)/u.exec(version) ?? [];
    return Number(major) * 1_000 + Number(minor) < 22_013;
  } catch {
    return false;
  }
}
