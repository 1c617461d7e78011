import type { ProcessIdentity } from '../process-identity.ts';

/** A person who works in a task's session by hand, or wants to. */
export type AttachedState = {
  /** The number of the event that asked for it: names this visit. */
  readonly request: number;
  /** Who it is, by the name that is known of them where they are. */
  readonly by: string;
  /** The process in their terminal: when it is dead, they have left. */
  readonly process: ProcessIdentity;
  /** Whether the automation has made way; before, it is asked to. */
  readonly isHere: boolean;
  /** When they asked, or, once they are here, came; ISO 8601. */
  readonly since: string;
};

/** A person who worked in a task's session and has left. */
export type Visit = {
  readonly by: string;
  /** How many attempts there had been. */
  readonly after: number;
};
