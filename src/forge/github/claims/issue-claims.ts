import { UserError } from '../../../model/user-error.ts';
import type { IssueClaim, IssueClaims } from '../../forge.ts';
import type { SharedRefs } from '../repository/shared-refs.ts';
import { formatClaim, isLive, parseClaim, type ClaimRecord } from './claim-record.ts';

export type IssueClaimsParams = {
  readonly refs: SharedRefs;
  readonly issue: { readonly number: number; readonly name: string };
  readonly owner: string;
  readonly host: string;
  /** How long a claim holds without being renewed. */
  readonly leaseSeconds: number;
  /** Whether to take a claim that somebody else still holds. */
  readonly isTakenOver: boolean;
  /** GitHub's clock. */
  readonly serverNow: () => Date;
  readonly token: () => string;
  /** Whether GitHub gave no answer when it was last asked. */
  readonly isAway: () => boolean;
};

/**
 * Claims on an issue, for all machines that can push to its repository: one ref, which only its last writer can change.
 *
 *   none ──take──▶ ours ──renew, every third of the lease──▶ ours ──release──▶ none
 *                   │ not renewed                │ somebody else has taken it
 *                   ▼                            ▼
 *                expired: anybody may take     lost: the run ends
 *
 * Looks at the ref now, before anything of the issue is read: `take` succeeds only while it is as it was then, so that
 * no machine works from what it read while another one worked. Throws a `UserError` when another machine does.
 */
export async function openIssueClaims(params: IssueClaimsParams): Promise<IssueClaims> {
  let seen = await look(params);
  return {
    take: async () => {
      const since = params.serverNow();
      const id = await params.refs.write(formatClaim(recordOf(params, since, since)));
      if (await params.refs.swap({ ref: refOf(params), from: seen, to: id }))
        return holdClaim(params, { id, since });
      seen = await look(params);
      return null;
    },
  };
}

function refOf({ issue }: IssueClaimsParams): string {
  return `refs/flotilla/claims/${issue.number}`;
}

/** What the ref is now; throws when somebody else has the issue. */
async function look(params: IssueClaimsParams): Promise<string | null> {
  const found = await params.refs.read(refOf(params));
  if (found === null) return null;
  const record = parseClaim(found.text);
  const isOthers = record !== null && record.owner !== params.owner;
  if (isOthers && !params.isTakenOver && isLive(record, params.serverNow()))
    throw claimed(params, record);
  return found.id;
}

function claimed({ issue }: IssueClaimsParams, record: ClaimRecord): UserError {
  const { host, since, renewed, expires } = record;
  return new UserError({ code: 'issue-claimed', issue: issue.name, host, since, renewed, expires });
}

function recordOf(params: IssueClaimsParams, since: Date, now: Date): ClaimRecord {
  return {
    ...{ owner: params.owner, host: params.host, token: params.token() },
    since: since.toISOString(),
    renewed: now.toISOString(),
    expires: new Date(now.getTime() + params.leaseSeconds * 1_000).toISOString(),
  };
}

type Holding = { readonly id: string; readonly since: Date };

function holdClaim(params: IssueClaimsParams, first: Holding): IssueClaim {
  const lost = new AbortController();
  const ref = refOf(params);
  let id = first.id;
  let timer: NodeJS.Timeout | null = null;
  let renewing: Promise<void> = Promise.resolve();

  const renew = async (): Promise<void> => {
    const to = await params.refs.write(
      formatClaim(recordOf(params, first.since, params.serverNow())),
    );
    if (await params.refs.swap({ ref, from: id, to })) {
      id = to;
      return;
    }
    // A missing claim is lost, too: another machine that took it over may have ended by now.
    const found = await params.refs.read(ref);
    const host = found === null ? null : (parseClaim(found.text)?.host ?? null);
    lost.abort(new UserError({ code: 'claim-lost', issue: params.issue.name, host }));
  };
  const schedule = (): void => {
    timer = setTimeout(
      () => {
        renewing = renew().then(
          () => (lost.signal.aborted ? undefined : schedule()),
          // The network is down or the token expired: agents continue, and the next renewal shows who has it.
          schedule,
        );
      },
      (params.leaseSeconds * 1_000) / 3,
    );
    timer.unref();
  };
  schedule();
  return {
    lost: lost.signal,
    release: async () => {
      if (timer !== null) clearTimeout(timer);
      await renewing;
      if (timer !== null) clearTimeout(timer);
      // What cannot be released expires: there is no point in waiting for a missing network.
      if (!lost.signal.aborted && !params.isAway())
        await params.refs.swap({ ref, from: id, to: null }).catch(() => undefined);
    },
  };
}
