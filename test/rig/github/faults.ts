/** Which calls a fault is for. What is left out fits all. */
export type FaultWhen = {
  readonly method?: string;
  /** The path without the base, in whole or as an expression. */
  readonly path?: string | RegExp;
  /** As `pulls/create`, `graphql` or `git/receive-pack`. */
  readonly operation?: string;
  /** What the body must have in it, to tell one GraphQL query from another. */
  readonly body?: RegExp;
  /** Strikes at the n-th such call from now on; 1 without. */
  readonly nth?: number;
};

/** What goes wrong. "Before" leaves no effect; "after" has done all that was asked, and does not say so. */
export type Fault =
  | { readonly kind: '5xx-before'; readonly status?: number }
  | { readonly kind: '5xx-after'; readonly status?: number }
  /** The gateway's page, which is no JSON. */
  | { readonly kind: 'html-before'; readonly status?: number }
  | { readonly kind: '429'; readonly retryAfterSeconds?: number }
  | { readonly kind: '403-secondary'; readonly retryAfterSeconds?: number }
  | { readonly kind: '403-abuse'; readonly retryAfterSeconds?: number }
  /** All of the hour's requests are used up. */
  | { readonly kind: 'primary-limit'; readonly resetInSeconds?: number }
  /** The connection breaks before anything is done. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'cut-after' }
  /** Half of the answer, then the connection breaks. */
  | { readonly kind: 'cut-half' }
  /** The answer waits for the promise, or for ever. */
  | { readonly kind: 'slow'; readonly until?: Promise<unknown> }
  /** 200, and a body that is no JSON. */
  | { readonly kind: 'garbled' }
  /** GraphQL does not know a part of the question, as on an Enterprise of some age. */
  | { readonly kind: 'unknown-field'; readonly field: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'not-found' };

export type QueuedFault = Fault & {
  readonly when?: FaultWhen;
  /** How many calls in a row, from the n-th on; 1 without. */
  readonly times?: number;
};

export type Faults = {
  /** Adds a fault that strikes once all that it waits for has come. */
  readonly queue: (fault: QueuedFault) => void;
  /** Faults that have not struck as often as they should. */
  readonly pending: () => number;
  readonly clear: () => void;
  /** While it is on, every connection breaks. */
  readonly setOffline: (isOffline: boolean) => void;
};

export type FaultTarget = {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** As sent; empty for git. */
  readonly body: string;
};

/** The faults of a double; `strike` says what befalls this call. */
export function openFaults(): Faults & {
  readonly strike: (target: FaultTarget) => Fault | null;
} {
  let isOffline = false;
  let waiting: { fault: QueuedFault; seen: number; struck: number }[] = [];
  return {
    queue: (fault) => void waiting.push({ fault, seen: 0, struck: 0 }),
    pending: () => waiting.length,
    clear: () => {
      waiting = [];
    },
    setOffline: (value) => {
      isOffline = value;
    },
    strike: (target) => {
      if (isOffline) return { kind: 'cut' };
      let struck: Fault | null = null;
      for (const entry of waiting.filter(({ fault }) => fits(fault.when ?? {}, target))) {
        entry.seen += 1;
        if (struck !== null || entry.seen < (entry.fault.when?.nth ?? 1)) continue;
        entry.struck += 1;
        struck = entry.fault;
      }
      waiting = waiting.filter(({ fault, struck: times }) => times < (fault.times ?? 1));
      return struck;
    },
  };
}

function fits(when: FaultWhen, target: FaultTarget): boolean {
  const { path } = when;
  if (when.method !== undefined && when.method !== target.method) return false;
  if (when.operation !== undefined && when.operation !== target.operation) return false;
  if (when.body?.test(target.body) === false) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? path === target.path : path.test(target.path);
}
