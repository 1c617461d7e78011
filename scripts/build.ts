/** Builds the package: compiles `src` into `dist`, copies what else the program reads when it runs, and bundles the page. */
import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const target = join(root, 'dist');

rmSync(target, { recursive: true, force: true });
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [compiler, '--project', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
cpSync(source, target, {
  recursive: true,
  filter: (path) => lstatSync(path).isDirectory() || !path.endsWith('.ts'),
});
await build({ configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'warn' });
