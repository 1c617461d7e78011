import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder with a digest of its bytes; links with where they point; what `isLeftOut` names, not. */
export function fingerprint(
  root: string,
  isLeftOut: (path: string) => boolean = () => false,
): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !isLeftOut(path),
  );
  return Object.fromEntries(names.toSorted().flatMap((path) => entryOf(root, path)));
}

function entryOf(root: string, path: string): [string, string][] {
  const whole = join(root, path);
  const stat = lstatSync(whole);
  if (stat.isSymbolicLink()) return [[path, `-> ${readlinkSync(whole)}`]];
  if (!stat.isFile()) return [];
  return [[path, createHash('sha256').update(readFileSync(whole)).digest('hex').slice(0, 16)]];
}
