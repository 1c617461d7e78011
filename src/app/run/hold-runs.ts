import type { Holds } from '../../coordination/holds.ts';
import type { Place } from '../place/find-place.ts';

/** Runs that no orchestrator can take up before they are let go. */
export type HeldRuns = AsyncDisposable & {
  /** The issues, by key, that somebody else works on. */
  readonly busy: ReadonlySet<string>;
};

/** Says which of some issues are being worked on. Holds none of them. */
export async function seeRuns(
  holds: Holds,
  place: Place,
  issues: readonly string[],
): Promise<HeldRuns> {
  const held = await holds.heldNames(holdName(place, ''));
  const busy = new Set(issues.filter((issue) => held.has(holdName(place, issue))));
  return { busy, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Holds those of some issues that nobody works on. */
export async function holdRuns(
  holds: Holds,
  place: Place,
  issues: readonly string[],
): Promise<HeldRuns> {
  const taken: { readonly release: () => void }[] = [];
  const busy = new Set<string>();
  for (const issue of issues) {
    const answer = await holds.tryTake(holdName(place, issue));
    if (answer.state === 'taken') taken.push(answer);
    else busy.add(issue);
  }
  return {
    busy,
    [Symbol.asyncDispose]: () => Promise.resolve(taken.forEach(({ release }) => release())),
  };
}

function holdName(place: Place, issue: string): string {
  return `run:${place.state.root}:${issue}`;
}
