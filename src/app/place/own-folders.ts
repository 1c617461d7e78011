import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findLinkOut } from '../../files/find-link-out.ts';
import { UserError } from '../../model/user-error.ts';

/**
 * Throws a `UserError` when a folder that we write to, or read configuration from, is a symbolic link that leads out of
 * the repository: a clone could have our files land anywhere. Paths are relative to the repository's root.
 */
export async function requireInside(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await findLinkOut(root, join(root, path));
    if (found !== null) throw new UserError({ code: 'link-leads-out', ...found });
  }
}

const runtime = join('.claude', 'runtime');

/** Throws the same for what a run writes: `.claude/runtime/` with its folders, however many runs have left theirs. */
export async function requireOwnRuntime(root: string): Promise<void> {
  const folders = [runtime, join(runtime, 'parallel'), join(runtime, 'logs')];
  await requireInside(root, folders);
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    const links = entries.filter((entry) => entry.isSymbolicLink());
    await requireInside(
      root,
      links.map(({ name }) => join(folder, name)),
    );
  }
}
