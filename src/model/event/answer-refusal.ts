/** An answer in a comment that was not taken. */
export type AnswerRefusal = {
  /** The question that it is about; null where it names none. */
  readonly question: number | null;
  /**
   * `not-permitted`: its author may not write to the repository. `unclear`: it names no question. `unknown`: the run has no
   * such question. `closed`: nobody waits for it any more. `empty`, `long`: of the answer's text.
   */
  readonly why: 'not-permitted' | 'unclear' | 'unknown' | 'closed' | 'empty' | 'long';
};
