import { commitTree } from '../git/commits.ts';
import type { Git } from '../git/git.ts';

/** Makes the same tree on the same parent always the same commit, so that nothing moves when nothing changed. */
export async function commitSnapshot(
  git: Git,
  { tree, head }: { tree: string; head: string },
): Promise<string> {
  return commitTree(git, {
    ...{ tree, parents: [head], message: 'Snapshot' },
    identity: { name: 'Flotilla', email: 'flotilla@localhost' },
    date: '2000-01-01T00:00:00Z',
  });
}
