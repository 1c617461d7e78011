import type { Forge, IssueClaim } from '../../forge/forge.ts';
import { ForgeError } from '../../model/forge-problem.ts';
import { displayIssue, type IssueRef } from '../../model/issue/issue.ts';
import { UserError } from '../../model/user-error.ts';

/** Forges without claims, and places where none can be written. */
const noClaim: IssueClaim = {
  lost: new AbortController().signal,
  release: () => Promise.resolve(),
};

/**
 * Takes an issue before anything is done for it, so that no other machine begins. Null: it must be opened again. If
 * the forge refuses the claim itself, the work continues without it, and says so. Throws a `UserError` when another machine
 * works on it.
 */
export async function claimOnce(
  forge: Pick<Forge, 'can' | 'takeClaim'>,
  note: (text: string) => void,
): Promise<IssueClaim | null> {
  if (!forge.can.claims) return noClaim;
  try {
    return await forge.takeClaim();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    note(
      `GitHub refuses the claim on the issue (${error.message}): another machine would not see that this one works on it.`,
    );
    return noClaim;
  }
}

const refusals: ReadonlySet<string> = new Set(['push-refused', 'protected-branch', 'not-allowed']);

function isRefusal(error: unknown): error is ForgeError {
  return error instanceof ForgeError && refusals.has(error.forge.kind);
}

const mostTries = 3;

/** The same, for work that reads how things stand only afterwards. */
export async function claimAgain(
  forge: Pick<Forge, 'can' | 'takeClaim'>,
  params: { readonly issue: IssueRef; readonly note: (text: string) => void },
): Promise<IssueClaim> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const claim = await claimOnce(forge, params.note);
    if (claim !== null) return claim;
  }
  throw new UserError({ code: 'issue-contended', issue: displayIssue(params.issue) });
}

/** Works under a claim, and releases it. Throws the reason when another machine has taken over the issue meanwhile. */
export async function underClaim<T>(claim: IssueClaim, work: () => Promise<T>): Promise<T> {
  try {
    const done = await work();
    claim.lost.throwIfAborted();
    return done;
  } finally {
    await claim.release();
  }
}
