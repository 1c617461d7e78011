import { z } from 'zod';
import { ForgeError } from '../../../model/forge-problem.ts';

/** A page has a hundred items at most; an array of millions is not looked through. */
function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .custom<unknown[]>((value) => Array.isArray(value) && value.length <= 1_000, 'not a list')
    .pipe(z.array(item));
}

const something = z.looseObject({});
const account = z.looseObject({ login: z.string() });
const whole = z.int();
const line = z.string().max(2_000);
/** GitHub's own limit is 65,536 characters. */
const markdown = z.string().max(300_000).nullish();

const issue = z.looseObject({
  id: z.number(),
  number: whole,
  html_url: line,
  title: line,
  body: markdown,
  state: line,
  labels: listOf(z.union([line, z.looseObject({ name: line.nullish() })])),
  user: account.nullable(),
  author_association: line.optional(),
});

/** What anybody wrote, however long: one comment must not hide the others. The client bounds the whole answer. */
const comment = z.looseObject({ id: z.number(), body: z.string().nullish() });

const heard = comment.extend({
  updated_at: z.string().regex(/^\d{4}-\d{2}-\d{2}T[\d:]{8}Z$/u),
  issue_url: line,
  user: z.looseObject({ login: line, type: line.optional() }).nullable(),
});

const pull = z.looseObject({
  number: whole,
  html_url: line,
  title: line,
  body: markdown,
  state: line,
  merged_at: line.nullish(),
  base: z.looseObject({ ref: line }),
});

const repository = z.looseObject({
  name: line,
  owner: account,
  archived: z.boolean(),
  has_issues: z.boolean(),
  default_branch: line,
  permissions: z.looseObject({ push: z.boolean() }).optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
  parent: z.looseObject({ name: line, owner: account }).optional(),
});

const rule = z.looseObject({
  type: line,
  parameters: z
    .looseObject({
      required_status_checks: listOf(z.looseObject({ context: line })).optional(),
    })
    .optional(),
});

const contentsEntry = z.looseObject({ name: line });

const here = '/repos/{owner}/{repo}';
const issueHere = `${here}/issues/{issue_number}`;

/** What we read of the answers of each call, by its route. */
const shapes: Readonly<Record<string, z.ZodType>> = {
  [`GET ${here}`]: repository,
  [`POST ${here}/forks`]: z.looseObject({ name: line, owner: account }),
  [`GET ${here}/issues`]: listOf(issue),
  [`POST ${here}/issues`]: issue,
  [`GET ${issueHere}`]: issue,
  [`PATCH ${issueHere}`]: issue,
  [`GET ${issueHere}/sub_issues`]: listOf(issue),
  [`GET ${issueHere}/comments`]: listOf(comment),
  [`POST ${issueHere}/comments`]: comment,
  [`GET ${here}/issues/comments`]: listOf(heard),
  [`GET ${here}/labels`]: listOf(z.looseObject({ name: line })),
  [`GET ${here}/pulls`]: listOf(pull),
  [`POST ${here}/pulls`]: pull,
  [`PATCH ${here}/pulls/{pull_number}`]: pull,
  [`PUT ${here}/pulls/{pull_number}/merge`]: z.looseObject({ sha: line }),
  [`GET ${here}/rules/branches/{branch}`]: listOf(rule),
  [`GET ${here}/contents/{path}`]: z.union([contentsEntry, listOf(contentsEntry)]),
  [`GET ${here}/collaborators/{username}/permission`]: z.looseObject({ permission: line }),
  [`GET ${here}/actions/jobs/{job_id}/logs`]: z.string(),
};

/** Of the answers of all other calls we read nothing but that there is one. */
const anything = z.union([something, z.array(z.unknown()), z.string()]);

/** Where an answer came from: the route with its parameters, and what was asked for in words. */
export type AnswerFacts = {
  readonly route: string;
  readonly host: string;
  readonly what: string;
};

/**
 * Makes sure that an answer is what GitHub's description of the route says, as far as we read it. Whatever a server sends,
 * the code behind this meets no other type. Throws a `ForgeError`.
 */
export function requireShape(data: unknown, { route, host, what }: AnswerFacts): void {
  requireFit(shapes[route] ?? anything, data, { host, what });
}

/** The same for an answer with a shape of its own; gives what was read. */
export function requireFit<Data>(
  shape: z.ZodType<Data>,
  data: unknown,
  { host, what }: Omit<AnswerFacts, 'route'>,
): Data {
  const read = shape.safeParse(data);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  const path = first?.path.map(String).join('.') ?? '';
  const why = `${path === '' ? 'it' : path} is of a type that GitHub does not send`;
  throw new ForgeError({ kind: 'unfit-answer', host, what, why });
}
