import { nodeId, type Permission, type Repository, type User, type World } from './world.ts';

type Json = Record<string, unknown>;

// Long ago for all: what stays the same keeps its ETag.
const joined = '2020-02-02T02:02:02Z';

const letters = { User: 'U', Organization: 'O', Bot: 'BOT' } as const;

/** A user's, an organization's or an app's id for GraphQL. */
export function userId({ type, id }: User): string {
  return nodeId(letters[type], id);
}

/** A user as others' objects hold one. */
export function userShape(world: World, user: User): Json {
  const url = `${world.api}/users/${user.login}`;
  return {
    login: user.login,
    id: user.id,
    node_id: userId(user),
    avatar_url: `${world.web}/avatars/u/${user.id}`,
    gravatar_id: '',
    url,
    html_url: `${world.web}/${user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** The user of the token, as they see themselves. */
export function ownUserShape(world: World, user: User): Json {
  return {
    ...userShape(world, user),
    user_view_type: 'private',
    name: user.login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: joined,
    updated_at: joined,
    private_gists: 0,
    total_private_repos: 0,
    owned_private_repos: 0,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}

/** What ties an author to a repository. */
export function associationOf(repository: Repository, user: User): string {
  if (repository.owner.id === user.id) return 'OWNER';
  const permission: Permission = repository.permissions.get(user.login) ?? 'none';
  if (permission === 'none' || permission === 'read') return contributed(repository, user);
  return repository.owner.type === 'Organization' ? 'MEMBER' : 'COLLABORATOR';
}

function contributed(repository: Repository, user: User): string {
  const hasMerged = [...repository.issues.values()].some(
    ({ pull, author }) => author.id === user.id && typeof pull?.mergedAt === 'string',
  );
  return hasMerged ? 'CONTRIBUTOR' : 'NONE';
}
