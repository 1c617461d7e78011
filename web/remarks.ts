import { signal } from '@preact/signals';

/** What a reviewer wants changed, before it is sent to the agent. */
export type Remark = {
  readonly task: number;
  /** Null: about the whole pull request. */
  readonly path: string | null;
  /** Of the new side. */
  readonly line: number | null;
  readonly text: string;
};

const key = (run: string): string => `flotilla-remarks ${run}`;

/** By run; kept for as long as the browser's tab is open, so that a reload loses none. */
const written = signal<Readonly<Record<string, readonly Remark[]>>>({});

export function remarksOf(run: string): readonly Remark[] {
  const known = written.value[run];
  if (known !== undefined) return known;
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key(run)) ?? '[]');
    return Array.isArray(kept) ? (kept as readonly Remark[]) : [];
  } catch {
    return [];
  }
}

/** Puts a remark where none or another one was; an empty one takes that out. */
export function remark(run: string, one: Remark): void {
  const others = remarksOf(run).filter((other) => !isSamePlace(one, other));
  keep(run, one.text.trim() === '' ? others : [...others, { ...one, text: one.text.trim() }]);
}

/** The agents have them now. */
export function dropRemarks(run: string, sent: readonly Remark[]): void {
  keep(
    run,
    remarksOf(run).filter(
      (one) => !sent.some((other) => isSamePlace(one, other) && one.text === other.text),
    ),
  );
}

function keep(run: string, remarks: readonly Remark[]): void {
  written.value = { ...written.value, [run]: remarks };
  try {
    sessionStorage.setItem(key(run), JSON.stringify(remarks));
  } catch {
    // A browser that keeps nothing has them until the page is closed.
  }
}

export function isSamePlace(
  one: Pick<Remark, 'task' | 'path' | 'line'>,
  other: Pick<Remark, 'task' | 'path' | 'line'>,
): boolean {
  return one.task === other.task && one.path === other.path && one.line === other.line;
}
