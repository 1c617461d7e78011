import { join } from 'node:path';
import { runInside } from '../run-inside.ts';
import { isWithin } from '../sandbox/sandbox.ts';
import { salvageWorkspace, type Salvage, type SalvageOptions } from './salvage.ts';

/** The submodules that are checked out, with where their repositories lie, and whether anything in them is nowhere else. */
const script = `
set -u
unset GIT_DIR GIT_WORK_TREE
lines() { tr '\\000\\n' '\\n\\001'; }
GIT_DIR=.git GIT_WORK_TREE=. git ls-files --stage -z | lines | sed -n 's/^160000 [^\\t]*\\t//p' |
while IFS= read -r path; do
  [ -e "$path/.git" ] || continue
  own=$(git -C "$path" rev-parse --absolute-git-dir 2> /dev/null) || continue
  new=$(git -C "$path" rev-list --max-count=1 HEAD --branches --not --remotes --tags 2> /dev/null)
  dirty=$(git -C "$path" status --porcelain 2> /dev/null | head -c 1)
  [ -z "$new$dirty" ] || printf '%s\\000%s\\000' "$path" "$own"
done
`;

const mostSubmodules = 50;

/**
 * Brings what submodules hold that is on none of their remotes into our clone, each under a ref of its own. Null: there
 * is nothing of the kind. A published link to such a commit would else lead nowhere.
 */
export async function salvageSubmodules(options: SalvageOptions): Promise<Salvage | null> {
  const found = await unsavedSubmodules(options);
  if (found.length > mostSubmodules)
    return { ok: false, why: `${found.length} of its submodules have work of their own` };
  let last: Salvage | null = null;
  for (const { path, repository } of found) {
    const inner = { directory: join(options.workspace, path), repository };
    last = await salvageWorkspace({ ...options, inner, name: `${options.name}/${refPart(path)}` });
    if (!last.ok) return last;
  }
  return last;
}

type Submodule = { readonly path: string; readonly repository: string };

async function unsavedSubmodules(options: SalvageOptions): Promise<Submodule[]> {
  const { workspace } = options;
  const stdout = await runInside(options, script, ['the look for submodules']);
  const parts = stdout.split('\0');
  const found: Submodule[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [path = '', repository = ''] = parts.slice(at, at + 2);
    const isInside = isWithin(join(workspace, path), workspace) && isWithin(repository, workspace);
    if (isInside) found.push({ path: path.replaceAll('\u0001', '\n'), repository });
  }
  return found;
}

/** A path as a part of a ref's name. */
function refPart(path: string): string {
  return `submodules/${path.replaceAll(/[^\w./-]+|\.{2,}|\/\.|\.lock(?=\/|$)|\/{2,}/gu, '_').replaceAll(/^[./]+|[./]+$/gu, '')}`;
}
