/** Names one process for good: a pid alone is used again, also after a restart of the machine. */
export type ProcessIdentity = {
  readonly pid: number;
  /** When it started, in the kernel's own unit; empty where the system does not say. */
  readonly startTime: string;
  /** Which boot of the machine it belongs to; empty where the system does not say. */
  readonly bootId: string;
};
