/** One thing that a second reader says of an issue, with the words that it rests on. */
export type Proposal =
  | OrderProposal
  | {
      readonly kind: 'file';
      readonly task: number;
      readonly path: string;
      readonly words: string;
    }
  | {
      readonly kind: 'size';
      readonly task: number;
      readonly minutes: number;
      readonly words: string;
    }
  | {
      readonly kind: 'collision';
      /** The smaller ordinal first. */
      readonly tasks: readonly [number, number];
      readonly path: string;
      readonly words: string;
    };

/** One task comes after another one. */
export type OrderProposal = {
  readonly kind: 'order';
  readonly task: number;
  readonly after: number;
  readonly words: string;
};

/** Why a proposal was dropped unseen. */
export type DropReason =
  | 'form'
  | 'no-such-task'
  | 'no-such-file'
  | 'words-not-in-issue'
  | 'too-many';

/** What a second reader made of an issue: only proposals whose words, files and tasks are there. */
export type SecondReading = {
  /** The agent that read: `claude`. */
  readonly reader: string;
  /** What asking it took, in US dollars; null where it does not say. */
  readonly costUsd: number | null;
  /** Whether it was asked earlier, so that it cost nothing now. */
  readonly isCached: boolean;
  readonly proposals: readonly Proposal[];
  readonly dropped: readonly { readonly why: DropReason; readonly count: number }[];
};

/** What became of a proposal: it decides, the rules read the same, or it is only shown. */
export type Standing = {
  readonly standing: 'decides' | 'agrees' | 'shown';
  /** Why it is only shown, as the end of a sentence; empty for the others. */
  readonly why: string;
};

/** A second reading, in addition to what the rules read. */
export type AppliedReading = Omit<SecondReading, 'proposals'> & {
  readonly proposals: readonly (Proposal & Standing)[];
};
