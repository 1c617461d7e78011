import type { Permission, Repository, Token, World } from './world.ts';
import { Refusal } from './refusal.ts';

/** What a handler answers. Without a body, nothing is sent but the status. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A request as a handler sees it. */
export type Call = {
  readonly world: World;
  /** `null` for somebody without a token. */
  readonly token: Token | null;
  /** Without the base. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
};

export type RepositoryCall = Call & {
  readonly repository: Repository;
  readonly permission: Permission;
};

/** One operation, named as GitHub's OpenAPI description names it. */
export type Route = {
  readonly operation: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** What the actor must be allowed in the repository; `null` where the operation is about none. */
  readonly needs: Permission | null;
  readonly createsContent: boolean;
  readonly handle: (call: RepositoryCall) => Answer | Promise<Answer>;
};

type RouteOptions = {
  readonly operation: string;
  readonly needs: Permission;
  /** Counts against the limit of things made a minute. */
  readonly createsContent?: boolean;
};

/** An operation on a repository; `target` is like `GET /repos/{owner}/{repo}/issues`. */
export function repositoryRoute(
  target: string,
  options: RouteOptions,
  handle: Route['handle'],
): Route {
  return { ...parts(target), createsContent: false, ...options, handle };
}

/** An operation that is about no repository. */
export function plainRoute(
  target: string,
  operation: string,
  handle: (call: Call) => Answer | Promise<Answer>,
): Route {
  return { ...parts(target), operation, needs: null, createsContent: false, handle };
}

const mayHoldSlashes = ['path', 'ref', 'branch', 'basehead'];

function parts(target: string): Pick<Route, 'method' | 'pattern'> {
  const [method = '', path = ''] = target.split(' ');
  const source = path.replace(/\{(\w+)\}/gu, (_, name: string) =>
    mayHoldSlashes.includes(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return { method, pattern: new RegExp(`^${source}$`, 'u') };
}

/** A whole number out of the path; what is none leads nowhere. */
export function numberParam(call: Call, name: string): number {
  const value = Number(call.params[name]);
  if (!Number.isSafeInteger(value)) throw Refusal.notFound();
  return value;
}

/** A text that must be there and say something. */
export function requiredText(call: Call, resource: string, field: string): string {
  const value = call.body[field];
  if (typeof value !== 'string' || value.trim() === '')
    throw Refusal.invalid([{ resource, field, code: 'missing_field' }]);
  return value;
}

export function optionalText(call: Call, field: string): string | undefined {
  const value = call.body[field];
  return typeof value === 'string' ? value : undefined;
}

export function textList(call: Call, field: string): string[] | undefined {
  const value = call.body[field];
  if (!Array.isArray(value)) return undefined;
  return value.map((item: unknown) =>
    typeof item === 'object' && item !== null && 'name' in item ? String(item.name) : String(item),
  );
}

/** Who asks, where only a known user may. */
export function actorOf(call: Call): Token['user'] {
  if (call.token === null) throw Refusal.unauthorized('Requires authentication');
  return call.token.user;
}
