import { widthOf } from './text-width.ts';

/** What one row of the live view has to show; empty where it has nothing. */
export type RowTexts = {
  readonly ordinal: string;
  readonly title: string;
  readonly stage: string;
  readonly activity: string;
  readonly bar: string;
  readonly seen: string;
  readonly time: string;
  readonly cost: string;
};

/** How wide each column of the live view is; 0: it is not drawn. */
export type Columns = { readonly [Name in keyof RowTexts]: number };

/** A title of up to this many columns is shown whole before anything but the stage and the time gets room. */
const wantedTitle = 32;
const leastTitle = 16;
/** Narrower, what an agent does says nothing. */
const leastActivity = 14;
const mostStage = 16;
export const barWidth = 10;

/**
 * Divides a line of some width (`Infinity` for a pipe, where nothing is cut). Titles get room first, then what
 * the agents do, then the last sign of life, the cost and the bars. A column in which no row has anything is left out.
 */
export function shareColumns(width: number, rows: readonly RowTexts[]): Columns {
  const longest = (name: keyof RowTexts, least = 0): number => {
    const found = Math.max(0, ...rows.map((row) => widthOf(row[name])));
    return found === 0 ? 0 : Math.max(least, found);
  };
  const stage = Math.min(
    longest('stage', 'stage'.length),
    width === Infinity ? Infinity : mostStage,
  );
  const fixed = { ordinal: longest('ordinal'), stage, time: longest('time', 6) };
  let room = width - Object.values(fixed).reduce((sum, size) => sum + gapped(size), 0) - 2;
  const whole = longest('title', 'task'.length);
  const wanted = longest('activity', leastActivity);
  let title = Math.min(whole, Math.max(leastTitle, Math.min(wantedTitle, room)));
  room -= title;
  const take = (size: number): number => {
    if (size === 0 || room < gapped(size)) return 0;
    room -= gapped(size);
    return size;
  };
  let activity = take(Math.min(wanted, leastActivity));
  const seen = take(longest('seen', 'seen'.length));
  const cost = take(longest('cost', 'cost'.length));
  // A bar says less than the end of a title or of what an agent does.
  const rest = room - (whole - title) - (activity === 0 ? 0 : wanted - activity);
  const bar = longest('bar') > 0 && rest >= gapped(barWidth) ? barWidth : 0;
  room -= gapped(bar);
  const more = Math.max(0, Math.min(room, whole - title));
  title += more;
  if (activity > 0) activity += Math.max(0, Math.min(room - more, wanted - activity));
  return { ...fixed, title, activity, seen, cost, bar };
}

/** A column takes two more than what is in it. */
function gapped(size: number): number {
  return size === 0 ? 0 : size + 2;
}
