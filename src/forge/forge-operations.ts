import type { Forge } from './forge.ts';

/** What is asked of a forge and takes a while: every member that gives a promise. */
export type ForgeOperation = {
  [Member in keyof Forge]: Forge[Member] extends (...order: never) => Promise<unknown>
    ? Member
    : never;
}[keyof Forge];

/** Who has a forge: a run, or the merge train at its end. */
export type ForgeUser = 'run' | 'train';

export type OperationTraits = {
  /** Who waits when a network is down or a limit is reached. All others look again later, or tell the user. */
  readonly waits: readonly ForgeUser[];
  /** When a run journals what it has used of the forge: after each, only when it cost something, or not because of it. */
  readonly counted: 'always' | 'if-it-cost' | 'never';
};

const both: readonly ForgeUser[] = ['run', 'train'];

/** How each operation is treated by what stands between a forge and its user. */
export const forgeOperations: Readonly<Record<ForgeOperation, OperationTraits>> = {
  ensureIssue: { waits: ['run'], counted: 'always' },
  push: { waits: both, counted: 'never' },
  ensurePullRequest: { waits: ['run'], counted: 'always' },
  findPublished: { waits: ['run'], counted: 'always' },

  syncBase: { waits: [], counted: 'never' },
  baseSha: { waits: ['train'], counted: 'never' },
  baseStanding: { waits: [], counted: 'never' },
  fetch: { waits: ['train'], counted: 'never' },

  reviews: { waits: [], counted: 'never' },
  lookAtPulls: { waits: [], counted: 'if-it-cost' },
  readJobLog: { waits: [], counted: 'if-it-cost' },
  readReviewRequests: { waits: [], counted: 'if-it-cost' },
  fetchBranch: { waits: [], counted: 'never' },
  ensureAnswer: { waits: [], counted: 'if-it-cost' },
  readComments: { waits: [], counted: 'if-it-cost' },
  mayWrite: { waits: [], counted: 'if-it-cost' },

  pullRequestState: { waits: ['train'], counted: 'never' },
  makeReady: { waits: ['train'], counted: 'never' },
  retractApproval: { waits: [], counted: 'never' },
  merge: { waits: ['train'], counted: 'never' },

  mergedPulls: { waits: ['train'], counted: 'never' },
  tickItems: { waits: ['train'], counted: 'never' },
  closeIssue: { waits: ['train'], counted: 'never' },
  removeBranch: { waits: ['train'], counted: 'never' },

  takeClaim: { waits: [], counted: 'never' },
};
