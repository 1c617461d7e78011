import type { EventOfControl, ControlOutcome } from '../event/control-event.ts';

/** A task's control, folded from its events; each task has one at most. */
export type ControlState = {
  readonly agent: string;
  readonly directory: string;
  readonly costUsd: number | null;
  /** Null while it is running, or when its orchestrator died. */
  readonly outcome: ControlOutcome | null;
};

/** The control of a task after one more event of it. */
export function advanceControl(
  control: ControlState | null,
  event: EventOfControl,
): ControlState | null {
  if (event.type === 'control-intended') {
    const { agent, directory } = event;
    return { agent, directory, costUsd: null, outcome: null };
  }
  if (control === null) return null;
  return event.type === 'control-cost'
    ? { ...control, costUsd: event.costUsd }
    : { ...control, outcome: event.outcome };
}
