import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request that the double got. */
export type HubCall = {
  readonly method: string;
  /** Without the base and the query. */
  readonly path: string;
  readonly query: string;
  /** The name that GitHub's description gives it, `graphql`, or `git/…`; `unknown` where nothing fits. */
  readonly operation: string;
  login: string | null;
  /** `null` while it is under way, and for one whose connection was cut. */
  status: number | null;
  /** Whether it counts against the hour's requests or points. */
  costsQuota: boolean;
  fault: string | null;
  /** Bodies as sent, JSON or not; what a planted secret is searched in. */
  readonly sent: string;
};

/** The requests, and the moment when none is under way. */
export type CallLog = {
  readonly all: readonly HubCall[];
  readonly underWay: () => number;
  readonly begin: (call: HubCall) => void;
  readonly end: () => void;
  /** Resolves as soon as no request is under way. */
  readonly idle: () => Promise<void>;
};

export function openCallLog(): CallLog {
  const all: HubCall[] = [];
  let underWay = 0;
  let waiting: (() => void)[] = [];
  return {
    all,
    underWay: () => underWay,
    begin: (call) => {
      underWay += 1;
      all.push(call);
    },
    end: () => {
      underWay -= 1;
      if (underWay > 0) return;
      for (const wake of waiting) wake();
      waiting = [];
    },
    idle: () =>
      underWay === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
  };
}

/** A call that has just come in. */
export function newCall(
  request: IncomingMessage,
  more: Pick<HubCall, 'path' | 'operation' | 'sent'> & { readonly search: string },
): HubCall {
  return {
    method: request.method ?? 'GET',
    path: more.path,
    query: more.search.slice(1),
    operation: more.operation,
    login: null,
    status: null,
    costsQuota: false,
    fault: null,
    sent: more.sent,
  };
}

/** Writes down what was answered, if anything was. */
export function noteStatus(entry: HubCall, response: ServerResponse): void {
  entry.status = response.headersSent ? response.statusCode : null;
}
