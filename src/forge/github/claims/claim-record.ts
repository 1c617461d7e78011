import { z } from 'zod';

/** What a claim says: who works on an issue, and until when they have it without saying so again. */
export type ClaimRecord = {
  /** A machine and a state folder on it, unlike any other. */
  readonly owner: string;
  /** The machine's name, for people. */
  readonly host: string;
  /** Makes each claim another text. */
  readonly token: string;
  /** By GitHub's clock, ISO 8601. */
  readonly since: string;
  readonly renewed: string;
  readonly expires: string;
};

const shape = z.object({
  owner: z.string().max(200),
  host: z.string().max(200),
  token: z.string().max(200),
  since: z.iso.datetime(),
  renewed: z.iso.datetime(),
  expires: z.iso.datetime(),
});

/** No lease is longer: any other was not written by us, and is ignored. */
export const longestLeaseSeconds = 3_600;

/** Writes a claim as one line. */
export function formatClaim(record: ClaimRecord): string {
  return JSON.stringify(record);
}

/** Reads a claim that anybody with the right to push may have written; null for anything else. */
export function parseClaim(text: string): ClaimRecord | null {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether a claim still holds at this time. */
export function isLive({ expires }: ClaimRecord, now: Date): boolean {
  const leftMs = Date.parse(expires) - now.getTime();
  return leftMs > 0 && leftMs <= longestLeaseSeconds * 1_000;
}
