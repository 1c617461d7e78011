import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeWorld, type World } from '../rig/world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

/** What Git LFS does without a server: contents go into a store next to the objects, pointers to them into commits. */
const filter = `#!/bin/sh
placed() {
  printf '%s/lfs/objects/%.2s/%s/%s' "$(git rev-parse --git-common-dir)" "$1" "$(printf '%.4s' "$1" | cut -c3-)" "$1"
}
if [ "$1" = clean ]; then
  draft=$(mktemp) && cat >"$draft"
  id=$(sha256sum "$draft" | cut -d' ' -f1)
  mkdir -p "$(dirname "$(placed "$id")")" && mv "$draft" "$(placed "$id")"
  printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize 1\\n' "$id"
else
  id=$(sed -n 's/^oid sha256://p')
  # As Git LFS does: what is not in the own store is in that of the repository behind it.
  [ -e "$(placed "$id")" ] || cd "$(sed s,/objects,, "$(git rev-parse --git-common-dir)/objects/info/alternates")"
  cat "$(placed "$id")"
fi
`;

function keepLargeFiles({ home, write, git }: World): void {
  const program = join(home, 'lfs-filter');
  writeFileSync(program, filter, { mode: 0o755 });
  appendFileSync(
    join(home, '.gitconfig'),
    `[filter "lfs"]\n\tclean = ${program} clean\n\tsmudge = ${program} smudge\n\trequired = true\n`,
  );
  write('.gitattributes', '*.bin filter=lfs -text\n');
  write('large.bin', 'a large file\n');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Keep a large file');
}

test('what a repository keeps in Git LFS is there for agents, and what they keep there for the user', async () => {
  await using world = await makeWorld();
  keepLargeFiles(world);
  expect(world.git('show', 'HEAD:large.bin')).toContain('oid sha256:');
  world.script({ default: 'cp large.bin "$rig/seen"; commit made.bin "made by an agent"' });
  const merge = ['--merge', 'verified', '--yes'];
  const ended = await world.orchestrate('--check', 'grep -q large large.bin', ...merge);
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(world.noted('seen')).toBe('a large file');
  world.git('merge', '--quiet', '--ff-only', 'flotilla/main');
  expect(existsSync(join(world.repository, 'made.bin'))).toBe(true);
  expect(world.git('show', 'HEAD:made.bin')).toContain('oid sha256:');
  expect(world.git('status', '--porcelain', '--untracked-files=no')).toBe('');
});
