import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const parts = [
  'src',
  'web',
  'bin',
  'scripts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/**
 * Builds the package as users get it in a directory of its own, so that what is measured stays the same while the
 * sources are worked on. Gives the path of its program.
 */
export function buildPackageCopy(directory: string): string {
  mkdirSync(directory, { recursive: true });
  for (const part of parts)
    cpSync(join(root, part), join(directory, part), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  execFileSync(process.execPath, [join(directory, 'scripts', 'build.ts')], { stdio: 'inherit' });
  return join(directory, 'bin', 'flotilla.js');
}
