import { Refusal } from './refusal.ts';
import type { Answer, Call, Route } from './route.ts';
import {
  findRepository,
  type Permission,
  type Repository,
  type Token,
  type User,
  type World,
} from './world.ts';

const ranks: readonly Permission[] = ['none', 'read', 'triage', 'write', 'admin'];

export function isAtLeast(permission: Permission, needed: Permission): boolean {
  return ranks.indexOf(permission) >= ranks.indexOf(needed);
}

/** The token of an `Authorization` header: `token x`, `Bearer x`, or git's Basic with the token as password. */
export function authenticate(world: World, header: string | undefined): Token | null {
  const [scheme = '', value = ''] = (header ?? '').trim().split(/\s+/u);
  if (value === '') return null;
  const secrets = /^basic$/iu.test(scheme)
    ? Buffer.from(value, 'base64').toString('utf8').split(':').toReversed()
    : [value];
  for (const secret of secrets) {
    const token = world.tokens.get(secret);
    if (token !== undefined) return token;
  }
  throw Refusal.unauthorized();
}

/** What the token may do in the repository, by itself and by its user. */
export function permissionOf(repository: Repository, token: Token | null): Permission {
  const anybody = repository.isPrivate ? 'none' : 'read';
  if (token === null) return anybody;
  const own =
    repository.permissions.get(token.value) ?? repository.permissions.get(token.user.login);
  if (own !== undefined) return own;
  if (token.isOfApp) return anybody;
  return repository.owner.id === token.user.id ? 'admin' : anybody;
}

/** What a user may do in the repository, by whatever token. */
export function permissionOfUser(repository: Repository, user: User): Permission {
  const rights = { scopes: null, isSsoAuthorized: true, isReadOnly: false, isOfApp: false };
  return permissionOf(repository, { value: '', user, ...rights });
}

/** The repository that a path names, unless the caller may not know that it exists. */
export function visibleRepository(
  world: World,
  token: Token | null,
  names: Readonly<Record<string, string>>,
): Repository {
  const repository = findRepository(world, names['owner'] ?? '', names['repo'] ?? '');
  if (repository === null) throw Refusal.notFound();
  if (permissionOf(repository, token) === 'none') throw Refusal.notFound();
  if (repository.isPrivate && !hasScope(token, ['repo'])) throw Refusal.notFound();
  return repository;
}

/** Looks up the repository and asks whether the actor may do this there, then lets the handler do it. */
export async function handleWithAccess(route: Route, call: Call): Promise<Answer> {
  if (route.needs === null) return route.handle(call as Parameters<Route['handle']>[0]);
  const repository = visibleRepository(call.world, call.token, call.params);
  // An archived repository can be forked: that writes elsewhere.
  const isReading = route.method === 'GET' || route.operation === 'repos/create-fork';
  if (isReading) demandSso(repository, call.token);
  if (route.method !== 'GET' && call.token === null) throw needsToken();
  if (!isReading) demandWriting(repository, call.token);
  demandPermission(repository, call.token, route.needs);
  const permission = permissionOf(repository, call.token);
  return route.handle({ ...call, repository, permission });
}

/** Refuses who may not write at all, whatever it is: for want of a token, of a scope, or of a living repository. */
export function demandWriting(repository: Repository, token: Token | null): void {
  if (token === null) throw needsToken();
  demandSso(repository, token);
  if (token.isReadOnly) throw Refusal.forbidden('Resource not accessible by personal access token');
  demandWriteScope(repository, token);
  if (repository.isArchived) throw Refusal.forbidden('Repository was archived so is read-only.');
}

export function demandPermission(
  repository: Repository,
  token: Token | null,
  needs: Permission,
): void {
  if (!isAtLeast(permissionOf(repository, token), needs))
    throw Refusal.forbidden(whyNot(token, needs));
}

/** Refuses an app's installation what only users have. */
export function demandUser(token: Token | null): void {
  if (token?.isOfApp) throw Refusal.forbidden('Resource not accessible by integration');
}

function needsToken(): Refusal {
  return Refusal.unauthorized('Requires authentication');
}

function whyNot(token: Token | null, needs: Permission): string {
  if (token?.isOfApp) return 'Resource not accessible by integration';
  if (token?.scopes === null) return 'Resource not accessible by personal access token';
  return needs === 'admin'
    ? 'Must have admin rights to Repository.'
    : 'You must have push access to the repository.';
}

export function demandSso(repository: Repository, token: Token | null): void {
  if (!repository.requiresSso || token === null || token.isSsoAuthorized) return;
  throw Refusal.forbidden(
    'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    { 'x-github-sso': `required; url=https://github.com/orgs/${repository.owner.login}/sso` },
  );
}

function demandWriteScope(repository: Repository, token: Token | null): void {
  const accepted = acceptedScopes(repository);
  if (hasScope(token, accepted)) return;
  const message = `Your token has not been granted the required scopes to execute this request. The operation requires one of the following scopes: ['${accepted.join("', '")}'].`;
  throw Refusal.forbidden(message, { 'x-accepted-oauth-scopes': accepted.join(', ') });
}

export function acceptedScopes(repository: Repository): string[] {
  return repository.isPrivate ? ['repo'] : ['public_repo', 'repo'];
}

export function hasScope(token: Token | null, accepted: readonly string[]): boolean {
  if (token === null) return false;
  return token.scopes === null || accepted.some((scope) => token.scopes?.includes(scope));
}
