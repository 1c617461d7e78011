import { schema as document } from '@octokit/graphql-schema';
import {
  buildASTSchema,
  execute,
  GraphQLError,
  OverlappingFieldsCanBeMergedRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { mutationsOf } from './graphql-mutations.ts';
import { queriesOf } from './graphql-queries.ts';
import type { Quota } from './quota.ts';
import { Refusal } from './refusal.ts';
import type { Answer, Call } from './route.ts';

/** Answers GraphQL on GitHub's published schema: what it does not have cannot be asked, nor answered. */
export function openGraphql(quota: Quota): (call: Call) => Promise<Answer> {
  return async (call) => {
    if (call.token === null)
      throw Refusal.unauthorized('This endpoint requires you to be authenticated.');
    const result = await run(publishedSchema(), call, quota);
    const errors = result.errors?.map(errorShape);
    return {
      status: 200,
      body: { data: result.data ?? null, ...(errors === undefined ? {} : { errors }) },
    };
  };
}

/** Building it takes a moment, so all doubles of a process share it. */
let built: GraphQLSchema | null = null;

function publishedSchema(): GraphQLSchema {
  built ??= buildASTSchema(parse(document.idl, { noLocation: true }), { assumeValid: true });
  return built;
}

async function run(schema: GraphQLSchema, call: Call, quota: Quota): Promise<ExecutionResult> {
  const { query, variables, operationName } = call.body;
  if (typeof query !== 'string') throw new Refusal(400, 'A query attribute must be specified.');
  const parsed = read(query);
  if (parsed instanceof GraphQLError) return { errors: [parsed] };
  const wrong = validate(schema, parsed, rules);
  if (wrong.length > 0) return { errors: wrong };
  return execute({
    schema,
    document: parsed,
    rootValue: { ...queriesOf(call, quota), ...mutationsOf(call) },
    fieldResolver: resolve,
    contextValue: call,
    variableValues: (variables ?? {}) as Record<string, unknown>,
    ...(typeof operationName === 'string' ? { operationName } : {}),
  });
}

/** Reads a field; one that the double lacks must not pass for one that is empty. */
const resolve: GraphQLFieldResolver<unknown, unknown> = (
  source,
  args,
  _,
  { fieldName, parentType },
) => {
  const value = (source as Record<string, unknown>)[fieldName];
  if (typeof value === 'function') return value(args) as unknown;
  if (value !== undefined || fieldName === 'clientMutationId') return value;
  throw new Error(`The double has no ${parentType.name}.${fieldName}`);
};

// GitHub lets one name stand for fields of different types in different fragments, and its own program relies on it.
const rules = specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule);

function read(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

const types: Readonly<Record<number, string>> = {
  401: 'FORBIDDEN',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'UNPROCESSABLE',
  409: 'UNPROCESSABLE',
  422: 'UNPROCESSABLE',
};

/** GitHub gives the type of an error next to its words. */
function errorShape(error: GraphQLError): Record<string, unknown> {
  const { message, path, locations, originalError } = error;
  // A bug of the double must not pass for an answer.
  if (originalError !== undefined && !(originalError instanceof Refusal)) throw originalError;
  const type = originalError === undefined ? undefined : types[originalError.status];
  return { ...(type === undefined ? {} : { type }), path, locations, message };
}
