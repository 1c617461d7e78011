import { branchesOf, gitOf } from './bare-repository.ts';
import { pageOf } from './pages.ts';
import { Refusal } from './refusal.ts';
import { repositoryUrl, webUrl } from './repository-shape.ts';
import { repositoryRoute, type RepositoryCall, type Route } from './route.ts';

const base = '/repos/{owner}/{repo}';

export const contentRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${base}/contents/{path}`,
    { operation: 'repos/get-content', needs: 'read' },
    async (call) => ({ status: 200, body: await contentOf(call) }),
  ),
  repositoryRoute(
    `GET ${base}/branches`,
    { operation: 'repos/list-branches', needs: 'read' },
    async (call) => {
      const branches = [...(await branchesOf(call.repository))];
      return pageOf(call, branches, (page) =>
        page.map(([name, sha]) => branchShape(call, name, sha)),
      );
    },
  ),
  repositoryRoute(
    `GET ${base}/rules/branches/{branch}`,
    { operation: 'repos/get-branch-rules', needs: 'read' },
    (call) => ({ status: 200, body: rulesOf(call) }),
  ),
];

function branchShape(call: RepositoryCall, name: string, sha: string): Record<string, unknown> {
  const url = `${repositoryUrl(call.world, call.repository)}/commits/${sha}`;
  return { name, commit: { sha, url }, protected: call.repository.protections.has(name) };
}

/** A branch's protection in the form that needs no right to administer. */
function rulesOf(call: RepositoryCall): Record<string, unknown>[] {
  const protection = call.repository.protections.get(call.params['branch'] ?? '');
  if (protection === undefined) return [];
  const source = {
    ruleset_source_type: 'Repository',
    ruleset_source: call.repository.name,
    ruleset_id: call.repository.id + 2,
  };
  const review = {
    type: 'pull_request',
    parameters: {
      dismiss_stale_reviews_on_push: protection.dismissesStaleReviews,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_approving_review_count: protection.requiredReviews,
      required_review_thread_resolution: false,
    },
    ...source,
  };
  const checks = {
    type: 'required_status_checks',
    parameters: {
      required_status_checks: protection.requiredChecks.map((context) => ({ context })),
      strict_required_status_checks_policy: protection.isStrict,
    },
    ...source,
  };
  return protection.requiredChecks.length === 0 ? [review] : [review, checks];
}

/** A folder's entries, or one file with its text. */
async function contentOf(call: RepositoryCall): Promise<unknown> {
  const ref = call.query.get('ref') ?? call.repository.defaultBranch;
  const path = call.params['path'] ?? '';
  const git = gitOf(call.repository);
  const kind = await git.probe(['cat-file', '-t', `${ref}:${path}`]);
  if (kind.code !== 0) throw Refusal.notFound();
  if (kind.stdout.trim() === 'blob') {
    const [entry = ''] = (await git.run(['ls-tree', '-l', ref, path])).split('\n');
    const text = await git.run(['cat-file', 'blob', `${ref}:${path}`]);
    const content = Buffer.from(text).toString('base64');
    return { ...entryShape(call, ref, '', entry), content, encoding: 'base64' };
  }
  const lines = (await git.run(['ls-tree', '-l', `${ref}:${path}`])).split('\n').filter(Boolean);
  return lines.map((line) => entryShape(call, ref, `${path}/`, line));
}

/** One line of `git ls-tree -l`: mode, type, object and size, a tab, the name. */
function entryShape(
  call: RepositoryCall,
  ref: string,
  folder: string,
  line: string,
): Record<string, unknown> {
  const [facts = '', name = ''] = line.split('\t');
  const [, type, sha = '', size] = facts.split(/\s+/u);
  const path = `${folder}${name}`;
  const isFile = type === 'blob';
  const url = `${repositoryUrl(call.world, call.repository)}/contents/${path}?ref=${ref}`;
  const web = webUrl(call.world, call.repository);
  const html = `${web}/${isFile ? 'blob' : 'tree'}/${ref}/${path}`;
  const gitUrl = `${repositoryUrl(call.world, call.repository)}/git/${isFile ? 'blobs' : 'trees'}/${sha}`;
  return {
    name: path.split('/').at(-1) ?? path,
    path,
    sha,
    size: Number(size) || 0,
    url,
    html_url: html,
    git_url: gitUrl,
    download_url: isFile ? `${web}/raw/${ref}/${path}` : null,
    type: isFile ? 'file' : 'dir',
    _links: { self: url, git: gitUrl, html },
  };
}
