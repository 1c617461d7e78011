import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Hub } from '../rig/github/github.ts';
import type { Reply, Send } from './hub-client.ts';

type Description = {
  readonly source: string;
  readonly operations: Readonly<
    Record<string, { readonly target: string; readonly answers: Readonly<Record<string, unknown>> }>
  >;
  readonly definitions: Readonly<Record<string, unknown>>;
};

/** What GitHub says of the operations that the double has; `scripts/vendor-github-openapi.ts` wrote it. */
export function readDescription(): Description {
  const file = join(import.meta.dirname, '..', 'fixtures', 'github-openapi.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Description;
}

/** Compares answers with GitHub's description. */
export type Contract = {
  /** Says what is wrong with the answer to the last request, or nothing. */
  readonly faultsOf: (operation: string, status: number, body: unknown) => readonly string[];
  /** Sends like `send`, and throws when the answer is not as GitHub describes it. */
  readonly watching: (hub: Hub, send: Send) => Send;
  /** The operations whose good answers have been compared. */
  readonly seen: ReadonlySet<string>;
};

/** Opens the description and compiles each schema once it is needed. */
export function openContract(): Contract {
  const { operations, definitions } = readDescription();
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const compiled = new Map<string, ValidateFunction>();
  const seen = new Set<string>();
  const faultsOf: Contract['faultsOf'] = (operation, status, body) => {
    const schema = schemaOf(operations[operation]?.answers, status);
    if (schema === undefined) return [`${status} is no answer that GitHub describes`];
    if (status < 400) seen.add(operation);
    if (schema === null) return [];
    const key = `${operation} ${status}`;
    const check = compiled.get(key) ?? ajv.compile({ ...schema, definitions });
    compiled.set(key, check);
    if (check(body)) return [];
    return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  const watching: Contract['watching'] = (hub, send) => async (target, body, headers) => {
    const reply: Reply = await send(target, body, headers);
    const { operation = 'unknown', status } = hub.calls.at(-1) ?? {};
    const wrong = faultsOf(operation, status ?? 0, reply.body);
    if (wrong.length === 0) return reply;
    throw new Error(`${operation} ${status}:\n  ${wrong.slice(0, 10).join('\n  ')}`);
  };
  return { faultsOf, watching, seen };
}

/** `null` when the answer has no JSON, `undefined` when there is no such answer. Refusals all look alike. */
function schemaOf(
  answers: Readonly<Record<string, unknown>> | undefined,
  status: number,
): object | null | undefined {
  if (status === 422) return { $ref: '#/definitions/validation-error' };
  if (status >= 400) return { $ref: '#/definitions/basic-error' };
  return answers?.[String(status)] as object | null | undefined;
}
