/** What happened at the double, for tests that wait for it. */
export type HubEvent = {
  readonly kind:
    | 'issue-opened'
    | 'issue-edited'
    | 'issue-closed'
    | 'issue-reopened'
    | 'sub-issue-added'
    | 'comment-created'
    | 'comment-edited'
    | 'label-created'
    | 'pull-opened'
    | 'pull-edited'
    | 'pull-pushed'
    | 'pull-closed'
    | 'pull-merged'
    | 'pull-queued'
    | 'auto-merge-enabled'
    | 'review-submitted'
    | 'pushed'
    | 'forked';
  /** As `owner/name`. */
  readonly repository: string;
  /** Of the issue or pull request; 0 where there is none. */
  readonly number: number;
  /** A branch, a label, a review's state: whatever tells more. */
  readonly detail: string;
};

export type HubEvents = {
  readonly all: readonly HubEvent[];
  readonly emit: (event: Omit<HubEvent, 'detail'> & { readonly detail?: string }) => void;
  /** Waits until so many events of a kind have happened since the start. */
  readonly until: (kind: HubEvent['kind'], count?: number) => Promise<readonly HubEvent[]>;
};

/** Keeps what happened, and wakes who waits for it. */
export function openHubEvents(): HubEvents {
  const all: HubEvent[] = [];
  const waiting = new Set<() => void>();
  return {
    all,
    emit: (event) => {
      all.push({ detail: '', ...event });
      for (const look of waiting) look();
    },
    until: (kind, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const seen = all.filter((event) => event.kind === kind);
          if (seen.length < count) return;
          waiting.delete(look);
          resolve(seen);
        };
        waiting.add(look);
        look();
      }),
  };
}
