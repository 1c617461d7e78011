import { cannot } from '../../src/forge/cannot.ts';
import type { Forge } from '../../src/forge/forge.ts';

const unasked = cannot('part in this test');

/** A forge that can do nothing, for tests that give it the members that they are about. */
export const unaskedForge: Forge = {
  can: {
    ...{ checks: false, feedback: false, published: false, claims: false, progress: false },
    ...{ comments: false, usage: false, approvals: 'pull', mergeMethods: [] },
  },
  ...{ repository: '/nowhere', secrets: [] },
  ...{ ensureIssue: unasked, push: unasked, ensurePullRequest: unasked, findPublished: unasked },
  ...{ syncBase: unasked, baseSha: unasked, baseStanding: unasked, fetch: unasked },
  ...{ reviews: unasked, lookAtPulls: unasked, readJobLog: unasked, readReviewRequests: unasked },
  ...{ fetchBranch: unasked, ensureAnswer: unasked, requireRight: unasked },
  ...{ readComments: unasked, mayWrite: unasked },
  ...{ pullRequestState: unasked, makeReady: unasked, retractApproval: unasked, merge: unasked },
  ...{ mergedPulls: unasked, tickItems: unasked, closeIssue: unasked, removeBranch: unasked },
  ...{ takeClaim: unasked, openProgress: unasked, usage: unasked },
};
