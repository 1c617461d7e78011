import type { EventOfControl } from '../../model/event/control-event.ts';
import { unreachable } from '../../model/result.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { counted, durationText } from '../figures.ts';

/** Whether an event is about a task's second run, alone. */
export function isControlEvent(event: { readonly type: string }): event is EventOfControl {
  return event.type.startsWith('control-');
}

/** What such an event says; null for one that is not worth reporting. */
export function controlWords(event: EventOfControl): string | null {
  switch (event.type) {
    case 'control-cost':
      return null;
    case 'control-intended':
      return 'runs a second time, alone, to see how long it takes then; nothing of it is kept';
    case 'control-ended':
      return endWords(event.outcome);
    default:
      return unreachable(event);
  }
}

function endWords(outcome: Extract<EventOfControl, { type: 'control-ended' }>['outcome']): string {
  switch (outcome.kind) {
    case 'measured':
      return `✓ took ${durationText(outcome.aloneMs)} alone`;
    case 'failed':
      return `its second run does not count: ${outcome.message}`;
    case 'cut-short':
      return 'its second run was cut short, and does not count';
    default:
      return unreachable(outcome);
  }
}

/** What to report when fewer tasks were measured alone than were asked for; null when as many were. */
export function controlNote({ tasks }: RunState, wanted: number): string | null {
  const measured = tasks.filter(({ control }) => control?.outcome?.kind === 'measured').length;
  if (measured >= wanted) return null;
  return `Measured alone: ${counted(measured, 'task')} of the ${wanted} asked for. Only tasks that succeeded at the first attempt can be compared, each is tried once, and measuring stops at the cost limit or when the run is ended.`;
}
