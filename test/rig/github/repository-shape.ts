import { userShape } from './user-shape.ts';
import { isAtLeast } from './access.ts';
import { fullName, nodeId, type Permission, type Repository, type World } from './world.ts';

type Json = Record<string, unknown>;

export function repositoryUrl(world: World, repository: Repository): string {
  return `${world.api}/repos/${fullName(repository)}`;
}

export function webUrl(world: World, repository: Repository): string {
  return `${world.web}/${fullName(repository)}`;
}

/** A repository as lists and other objects hold one. */
export function repositoryShape(world: World, repository: Repository): Json {
  const url = repositoryUrl(world, repository);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.isPrivate,
    owner: userShape(world, repository.owner),
    html_url: webUrl(world, repository),
    description: null,
    fork: repository.parent !== null,
    url,
    ...linksOf(url),
  };
}

/** What the repository's own page of the interface says. */
export function fullRepositoryShape(
  world: World,
  repository: Repository,
  permission: Permission,
): Json {
  const web = webUrl(world, repository);
  const { issues, mergeMethods, parent } = repository;
  const open = [...issues.values()].filter(({ state }) => state === 'open').length;
  return {
    ...repositoryShape(world, repository),
    git_url: `${web.replace(/^https?/u, 'git')}.git`,
    ssh_url: `git@${new URL(web).hostname}:${fullName(repository)}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: repository.defaultBranch,
    visibility: repository.isPrivate ? 'private' : 'public',
    archived: repository.isArchived,
    disabled: false,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    has_downloads: false,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    forks: 0,
    forks_count: 0,
    open_issues: open,
    open_issues_count: open,
    watchers: 0,
    watchers_count: 0,
    stargazers_count: 0,
    network_count: 0,
    subscribers_count: 0,
    size: 0,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    permissions: Object.fromEntries(
      (
        [
          ['admin', 'admin'],
          ['maintain', 'admin'],
          ['push', 'write'],
          ['triage', 'triage'],
          ['pull', 'read'],
        ] as const
      ).map(([name, needed]) => [name, isAtLeast(permission, needed)]),
    ),
    allow_merge_commit: mergeMethods.includes('merge'),
    allow_squash_merge: mergeMethods.includes('squash'),
    allow_rebase_merge: mergeMethods.includes('rebase'),
    allow_auto_merge: repository.allowsAutoMerge,
    allow_update_branch: false,
    delete_branch_on_merge: repository.deletesMergedBranches,
    ...(parent === null
      ? {}
      : {
          parent: fullRepositoryShape(world, parent, 'read'),
          source: fullRepositoryShape(world, parent, 'read'),
        }),
  };
}

/** The many links of a repository, of which clients follow hardly any. */
function linksOf(url: string): Json {
  const paths = {
    archive: '/{archive_format}{/ref}',
    assignees: '/assignees{/user}',
    blobs: '/git/blobs{/sha}',
    branches: '/branches{/branch}',
    collaborators: '/collaborators{/collaborator}',
    comments: '/comments{/number}',
    commits: '/commits{/sha}',
    compare: '/compare/{base}...{head}',
    contents: '/contents/{+path}',
    contributors: '/contributors',
    deployments: '/deployments',
    downloads: '/downloads',
    events: '/events',
    forks: '/forks',
    git_commits: '/git/commits{/sha}',
    git_refs: '/git/refs{/sha}',
    git_tags: '/git/tags{/sha}',
    hooks: '/hooks',
    issue_comment: '/issues/comments{/number}',
    issue_events: '/issues/events{/number}',
    issues: '/issues{/number}',
    keys: '/keys{/key_id}',
    labels: '/labels{/name}',
    languages: '/languages',
    merges: '/merges',
    milestones: '/milestones{/number}',
    notifications: '/notifications{?since,all,participating}',
    pulls: '/pulls{/number}',
    releases: '/releases{/id}',
    stargazers: '/stargazers',
    statuses: '/statuses/{sha}',
    subscribers: '/subscribers',
    subscription: '/subscription',
    tags: '/tags',
    teams: '/teams',
    trees: '/git/trees{/sha}',
  };
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [`${name}_url`, `${url}${path}`]),
  );
}
