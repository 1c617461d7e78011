import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { demandUser, permissionOfUser } from './access.ts';
import { headOf, inTurn, makeBareRepository, gitOf } from './bare-repository.ts';
import { pageOf } from './pages.ts';
import { Refusal } from './refusal.ts';
import { fullRepositoryShape, repositoryShape, repositoryUrl } from './repository-shape.ts';
import {
  actorOf,
  optionalText,
  plainRoute,
  repositoryRoute,
  type RepositoryCall,
  type Route,
} from './route.ts';
import { syncPulls } from './sync-pulls.ts';
import { ownUserShape, userShape } from './user-shape.ts';
import {
  findRepository,
  fullName,
  nodeId,
  type MergeMethod,
  type Permission,
  type Repository,
  type User,
  type World,
} from './world.ts';

const base = '/repos/{owner}/{repo}';

export const repositoryRoutes: readonly Route[] = [
  plainRoute('GET /user', 'users/get-authenticated', (call) => {
    demandUser(call.token);
    return { status: 200, body: ownUserShape(call.world, actorOf(call)) };
  }),
  plainRoute('GET /users/{username}', 'users/get-by-username', (call) => {
    const user = call.world.users.get((call.params['username'] ?? '').toLowerCase());
    if (user === undefined) throw Refusal.notFound();
    const { user_view_type: _, ...shape } = ownUserShape(call.world, user);
    return { status: 200, body: { ...shape, ...userShape(call.world, user) } };
  }),
  repositoryRoute(`GET ${base}`, { operation: 'repos/get', needs: 'read' }, (call) => ({
    status: 200,
    // What stands there is a user's role, and an app has none, whatever it may do.
    body: fullRepositoryShape(
      call.world,
      call.repository,
      call.token?.isOfApp ? 'none' : call.permission,
    ),
  })),
  repositoryRoute(`GET ${base}/forks`, { operation: 'repos/list-forks', needs: 'read' }, (call) => {
    const forks = [...call.world.repositories.values()].filter(
      ({ parent }) => parent === call.repository,
    );
    return pageOf(call, forks, (page) => page.map((fork) => repositoryShape(call.world, fork)));
  }),
  repositoryRoute(
    `POST ${base}/forks`,
    { operation: 'repos/create-fork', needs: 'read', createsContent: true },
    async (call) => {
      demandUser(call.token);
      const fork = await ensureFork(call);
      return { status: 202, body: fullRepositoryShape(call.world, fork, 'admin') };
    },
  ),
  repositoryRoute(
    `GET ${base}/git/ref/{ref}`,
    { operation: 'git/get-ref', needs: 'read' },
    (call) => refShape(call, call.params['ref'] ?? ''),
  ),
  repositoryRoute(
    `DELETE ${base}/git/refs/{ref}`,
    { operation: 'git/delete-ref', needs: 'write' },
    (call) => deleteRef(call, call.params['ref'] ?? ''),
  ),
  repositoryRoute(
    `GET ${base}/collaborators/{username}/permission`,
    { operation: 'repos/get-collaborator-permission-level', needs: 'read' },
    (call) => {
      const login = call.params['username'] ?? '';
      const user = call.world.users.get(login.toLowerCase());
      // An app is no collaborator, whatever it may do.
      if (user === undefined || user.type === 'Bot') throw Refusal.notFound();
      const level = permissionOfUser(call.repository, user);
      const permission = level === 'triage' ? 'read' : level;
      const shape = { ...userShape(call.world, user), role_name: level };
      return { status: 200, body: { permission, role_name: level, user: shape } };
    },
  ),
];

export type NewRepository = {
  readonly owner: User;
  readonly name: string;
  /** A repository to copy; without one there is a first commit on `main`. */
  readonly from?: string;
  readonly isPrivate?: boolean;
  readonly isArchived?: boolean;
  readonly requiresSso?: boolean;
  readonly mergeMethods?: readonly MergeMethod[];
  readonly allowsAutoMerge?: boolean;
  readonly deletesMergedBranches?: boolean;
  readonly usesMergeQueue?: boolean;
  /** By login or token; who is not here may read what is public. */
  readonly permissions?: Readonly<Record<string, Permission>>;
  readonly parent?: Repository;
};

/** Makes a repository, on disk and for the interface. */
export async function addRepository(world: World, params: NewRepository): Promise<Repository> {
  const place = join(world.directory, params.owner.login);
  await mkdir(place, { recursive: true });
  const directory = join(place, `${params.name}.git`);
  const stamp = world.stamp();
  const repository: Repository = {
    id: world.nextId(),
    owner: params.owner,
    name: params.name,
    directory,
    isPrivate: params.isPrivate ?? false,
    isArchived: params.isArchived ?? false,
    requiresSso: params.requiresSso ?? false,
    defaultBranch: await makeBareRepository(directory, params.from),
    mergeMethods: params.mergeMethods ?? ['merge', 'squash', 'rebase'],
    allowsAutoMerge: params.allowsAutoMerge ?? false,
    deletesMergedBranches: params.deletesMergedBranches ?? false,
    actionsMayOpenPulls: true,
    usesMergeQueue: params.usesMergeQueue ?? false,
    permissions: new Map(Object.entries(params.permissions ?? {})),
    parent: params.parent ?? null,
    createdAt: stamp,
    pushedAt: stamp,
    lastNumber: 0,
    issues: new Map(),
    comments: new Map(),
    labels: new Map(),
    protections: new Map(),
    statuses: [],
    checkRuns: [],
    workflowRuns: [],
    queue: Promise.resolve(),
  };
  world.repositories.set(fullName(repository).toLowerCase(), repository);
  return repository;
}

/** A second fork of the same repository by the same user is the first. */
async function ensureFork(call: RepositoryCall): Promise<Repository> {
  const { world, repository } = call;
  const owner = actorOf(call);
  if (owner.id === repository.owner.id)
    throw Refusal.forbidden('You cannot fork your own repository.');
  const name = optionalText(call, 'name') ?? repository.name;
  const found = findRepository(world, owner.login, name);
  if (found?.parent === repository) return found;
  const fork = await addRepository(world, {
    owner,
    name,
    from: repository.directory,
    isPrivate: repository.isPrivate,
    parent: repository,
  });
  world.events.emit({ kind: 'forked', repository: fullName(fork), number: 0 });
  return fork;
}

async function refShape(call: RepositoryCall, name: string) {
  const ref = `refs/${name}`;
  const { code, stdout } = await gitOf(call.repository).probe(['rev-parse', '--verify', '-q', ref]);
  if (code !== 0) throw Refusal.notFound();
  const sha = stdout.trim();
  const url = repositoryUrl(call.world, call.repository);
  return {
    status: 200,
    body: {
      ref,
      node_id: nodeId('REF', call.repository.id),
      url: `${url}/git/${ref}`,
      object: { sha, type: 'commit', url: `${url}/git/commits/${sha}` },
    },
  };
}

function deleteRef(call: RepositoryCall, name: string) {
  const branch = name.replace(/^heads\//u, '');
  return inTurn(call.repository, async () => {
    if ((await headOf(call.repository, branch)) === null)
      throw new Refusal(422, 'Reference does not exist');
    if (call.repository.protections.has(branch))
      throw new Refusal(422, 'Cannot delete a protected branch');
    await gitOf(call.repository).run(['update-ref', '-d', `refs/heads/${branch}`]);
    await syncPulls(call.world, call.repository, actorOf(call));
    return { status: 204 };
  });
}
