import { runCommand } from '../../process/run-command.ts';

/** What directories take on the disk, in bytes, by path; without those that could not be measured. */
export async function diskUse(
  paths: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, number>> {
  if (paths.length === 0) return new Map();
  // Inner directories first: du counts what it meets twice only where it meets it first.
  const inward = paths.toSorted((one, other) => other.length - one.length);
  const { stdout } = await runCommand({
    argv: ['du', '-sk', '--', ...inward],
    cwd: '/',
    env: { PATH: env['PATH'], LC_ALL: 'C' },
  });
  const lines = stdout.matchAll(/^(\d+)\t(.*)$/gmu);
  return new Map([...lines].map(([, kilobytes, path = '']) => [path, Number(kilobytes) * 1024]));
}
