import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The processes, by pid and command line, whose environment names a test's own folder: whatever a test started. */
export function processesOf(root: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid)
    .filter((pid) => isAlive(pid) && read(`/proc/${pid}/environ`).includes(root))
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`);
}

function isAlive(pid: string): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return !['', 'Z', 'X'].includes(stat.slice(stat.lastIndexOf(') ') + 2)[0] ?? '');
}

/** A process may be gone before it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The names that somebody holds (ports, runs, mutexes) in a state home. */
function heldNames(stateHome: string): string[] {
  const file = join(stateHome, 'flotilla', 'holds.sqlite');
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare('SELECT name FROM holds')
      .all()
      .map(({ name }) => String(name));
  } finally {
    database.close();
  }
}

/** Throws when a test left a process, a hold or a temporary directory behind. */
export function expectNothingLeft(place: {
  readonly root: string;
  readonly stateHome: string;
  readonly temporary: string;
}): void {
  const left = [
    ...processesOf(place.root).map((name) => `process ${name}`),
    ...heldNames(place.stateHome).map((name) => `hold ${name}`),
    ...readdirSync(place.temporary)
      .filter((name) => name.startsWith('flotilla'))
      .map((name) => `temporary directory ${name}`),
  ];
  if (left.length > 0) throw new Error(`The test left something behind:\n${left.join('\n')}`);
}
