import type { RunState } from '../../model/state/run-state.ts';
import type { AnswerPanel } from './answer/answer-panel.ts';

/** What a frame is drawn from. */
export type FrameInput = {
  readonly state: RunState;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Columns and rows that the frame may take; `Infinity` where nothing needs to be cut, as in a pipe. */
  readonly width: number;
  readonly height: number;
  readonly isColour: boolean;
  /** What Ctrl-C ends: the run (when left out), only the watching of it, or nothing. */
  readonly stops?: 'run' | 'watching' | 'nothing' | undefined;
  /** The key that lets a person answer here; null, or left out: the command is named instead. */
  readonly answerKey?: string | null | undefined;
  /** What somebody answers now; null, or left out: nothing. */
  readonly answering?: AnswerPanel | null | undefined;
};
