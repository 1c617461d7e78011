import { createLogUpdate } from 'log-update';
import type { RunState } from '../../model/state/run-state.ts';
import { withoutSequences } from '../../model/text/without-sequences.ts';
import { plainBlock } from '../../model/text/plain-text.ts';
import type { AnswerPanel } from './answer/answer-panel.ts';
import type { FrameInput } from './frame-input.ts';
import { renderFrame } from './frame.ts';
import { widthOf } from './text-width.ts';

/** A terminal, or what stands for one: its size is asked for again at every frame. */
export type ViewStream = NodeJS.WritableStream & {
  readonly columns?: number;
  readonly rows?: number;
};

/** A view that redraws itself in place. */
export type LiveView = {
  /** Shows a newer state, at once or within a tenth of a second. */
  readonly update: (state: RunState) => void;
  /** Prints a line above the view, where it stays. */
  readonly note: (line: string) => void;
  /** Draws at once what somebody answers now; null: nothing. */
  readonly answer: (panel: AnswerPanel | null) => void;
  /** Draws the last frame, leaves it there and gives the cursor back. Calling it again does nothing. */
  readonly stop: () => void;
};

const redrawMs = 100;
const clockMs = 1000;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseLine = '\u001b[2K';
const lineUp = '\u001b[1A';

/** Starts a live view on a terminal. `now` gives milliseconds since 1970. */
export function startLiveView({
  stream,
  now,
  isColour,
  stops,
  answerKey = () => null,
}: {
  readonly stream: ViewStream;
  readonly now: () => number;
  readonly isColour: boolean;
  /** What Ctrl-C ends; the run when left out. */
  readonly stops?: FrameInput['stops'];
  /** The key that lets a person answer, as it is at each frame; null when there is none. */
  readonly answerKey?: () => string | null;
}): LiveView {
  // log-update would hide the cursor of standard error, whatever the stream.
  const draw = createLogUpdate(stream, { showCursor: true });
  let newest: RunState | null = null;
  let frame = '';
  let isStopped = false;
  let answering: AnswerPanel | null = null;

  const redraw = () => {
    if (newest === null) return;
    // One column and one row stay free: a full last column wraps on some terminals, a full last row scrolls.
    const width = (stream.columns ?? 80) - 1;
    const height = (stream.rows ?? 24) - 1;
    frame = renderFrame({
      ...{ state: newest, now: now(), width, height, isColour, stops, answering },
      answerKey: answerKey(),
    });
    draw(frame);
  };
  const paced = throttle(redraw, redrawMs);

  const onResize = () => {
    eraseReflowed(stream, frame);
    draw.done();
    redraw();
  };

  const giveCursorBack = () => void stream.write(showCursor);
  const clock = setInterval(paced.run, clockMs);
  clock.unref();
  stream.write(hideCursor);
  stream.on('resize', onResize);
  process.once('exit', giveCursorBack);

  return {
    update: (state) => {
      if (isStopped) return;
      newest = state;
      paced.run();
    },
    note: (line) => {
      if (isStopped) return;
      draw.persist(plainBlock(line));
      redraw();
    },
    answer: (panel) => {
      if (isStopped || panel === answering) return;
      answering = panel;
      redraw();
    },
    stop: () => {
      if (isStopped) return;
      isStopped = true;
      answering = null;
      clearInterval(clock);
      paced.stop();
      stream.off('resize', onResize);
      process.off('exit', giveCursorBack);
      redraw();
      draw.done();
      giveCursorBack();
    },
  };
}

/** Lets an action run at once, but not again for this many milliseconds; what was asked for meanwhile runs then. */
function throttle(action: () => void, milliseconds: number) {
  let timer: NodeJS.Timeout | null = null;
  let isDue = false;
  const run = () => {
    isDue = timer !== null;
    if (isDue) return;
    action();
    timer = setTimeout(() => {
      timer = null;
      if (isDue) run();
    }, milliseconds);
    timer.unref();
  };
  const stop = () => {
    if (timer !== null) clearTimeout(timer);
  };
  return { run, stop };
}

/**
 * Erases a frame after the terminal's width changed. Terminals then wrap the lines that no longer fit, so the frame
 * takes more rows than were written; log-update counts only those.
 */
function eraseReflowed(stream: ViewStream, frame: string): void {
  if (frame === '') return;
  const columns = Math.max(1, stream.columns ?? 80);
  const rows = frame
    .split('\n')
    .map((line) => Math.max(1, Math.ceil(widthOf(withoutSequences(line)) / columns)))
    .reduce((sum, count) => sum + count, 0);
  stream.write(`\r${(lineUp + eraseLine).repeat(rows)}`);
}
