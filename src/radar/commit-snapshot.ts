import { identityVariables, type Git } from '../git/git.ts';

/** Makes the same tree on the same parent always the same commit, so that nothing moves when nothing changed. */
export async function commitSnapshot(
  git: Git,
  order: { tree: string; head: string },
): Promise<string> {
  const date = '2000-01-01T00:00:00Z';
  const env = {
    ...identityVariables({ name: 'Flotilla', email: 'flotilla@localhost' }),
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  const { tree, head } = order;
  const commit = await git.run(['commit-tree', tree, '-p', head, '-m', 'Snapshot'], { env });
  return commit.trim();
}
