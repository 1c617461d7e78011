const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A span for people: `4s`, `3m 12s`, `1h 04m`, `2d 3h`. */
export function span(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < minute) return `${Math.floor(ms / second)}s`;
  if (ms < hour) return `${Math.floor(ms / minute)}m ${two(Math.floor((ms % minute) / second))}s`;
  if (ms < day) return `${Math.floor(ms / hour)}h ${two(Math.floor((ms % hour) / minute))}m`;
  return `${Math.floor(ms / day)}d ${Math.floor((ms % day) / hour)}h`;
}

/** A span that nobody knows to the second: `less than a minute`, `about 12m`, `about 1h 04m`. */
export function roughly(milliseconds: number): string {
  const minutes = Math.round(milliseconds / minute);
  if (minutes < 1) return 'less than a minute';
  return minutes < 60
    ? `about ${minutes}m`
    : `about ${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

/** How long ago, in its largest unit: `just now`, `12m ago`. */
export function ago(at: string, now: number): string {
  const ms = now - Date.parse(at);
  if (ms < 5 * second) return 'just now';
  if (ms < minute) return `${Math.floor(ms / second)}s ago`;
  if (ms < hour) return `${Math.floor(ms / minute)}m ago`;
  if (ms < day) return `${Math.floor(ms / hour)}h ago`;
  return `${Math.floor(ms / day)}d ago`;
}

/** A time of the day, to the minute or the second, with the day where it is another one. */
export function clock(at: string, now: number, isExact = false): string {
  const date = new Date(at);
  const seconds = isExact ? ({ second: '2-digit' } as const) : {};
  const time = date.toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...seconds,
  });
  const isToday = new Date(now).toDateString() === date.toDateString();
  return isToday
    ? time
    : `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })} ${time}`;
}

/** US dollars; null is not known. */
export function dollars(usd: number | null): string {
  if (usd === null) return '–';
  return usd > 0 && usd < 0.01 ? '<$0.01' : `$${usd.toFixed(2)}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
