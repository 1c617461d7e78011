import type { Forge } from '../../forge/forge.ts';
import type { ForgeOperation } from '../../forge/forge-operations.ts';
import { wrapForge, type AnswerOf, type ParamsOf } from '../../forge/wrap-forge.ts';
import { plainText, withoutControls } from '../../model/text/plain-text.ts';
import { redact } from '../../reporting/redact.ts';

/** What is cleaned of an operation: what it is given, what it brings. */
type Discretion<Operation extends ForgeOperation> = {
  readonly sent?: (...params: ParamsOf<Operation>) => ParamsOf<Operation>;
  readonly brought?: (answer: AnswerOf<Operation>) => AnswerOf<Operation>;
};

type Discretions = { readonly [Operation in ForgeOperation]?: Discretion<Operation> };

/** A forge that gets and gives no secret in a text. */
export function maskedForge(forge: Forge, secrets: readonly string[]): Forge {
  const discretions = discretionsFor(secrets);
  return wrapForge(forge, {
    around: async (operation, call, params) => {
      const { sent, brought } = discretionOf(discretions, operation);
      const answer = await call(...(sent === undefined ? params : sent(...params)));
      return brought === undefined ? answer : brought(answer);
    },
  });
}

function discretionOf<Operation extends ForgeOperation>(
  discretions: Discretions,
  operation: Operation,
): Discretion<Operation> {
  return discretions[operation] ?? {};
}

function discretionsFor(secrets: readonly string[]): Discretions {
  const clean = <T extends { readonly title: string; readonly body: string }>(item: T): T => ({
    ...item,
    title: redact(plainText(item.title, 250), secrets),
    body: redact(withoutControls(item.body), secrets),
  });
  return {
    ensureIssue: { sent: (issue) => [clean(issue)] },
    ensurePullRequest: { sent: (pull) => [clean(pull)] },
    ensureAnswer: { sent: (answer) => [{ ...answer, body: redact(answer.body, secrets) }] },
    readComments: {
      brought: (read) => ({
        ...read,
        comments: read.comments.map((one) => ({ ...one, body: redact(one.body, secrets) })),
      }),
    },
    readJobLog: { brought: (log) => (log === null ? null : redact(log, secrets)) },
    readReviewRequests: {
      brought: (requests) =>
        requests.map((request) => ({ ...request, body: redact(request.body, secrets) })),
    },
  };
}
