import type { JournalEvent } from '../event/event.ts';

/** One undo of merged work: a pull request of its own, or the intention to make one. */
export type UndoState = {
  readonly key: string;
  /** The tasks whose work it takes back, in the order of their ordinals. */
  readonly tasks: readonly number[];
  readonly branch: string;
  /** What was published; null when nobody knows whether anything was. */
  readonly published: {
    readonly head: string;
    readonly pullRequest: { readonly number: number; readonly url: string };
  } | null;
};

/** The undos of a run after one more event. */
export function advanceUndos(
  undos: readonly UndoState[],
  event: JournalEvent,
): readonly UndoState[] {
  switch (event.type) {
    case 'undo-intended': {
      const { key, tasks, branch } = event;
      const others = undos.filter((one) => one.key !== key);
      return [...others, { key, tasks, branch, published: null }];
    }
    case 'undo-published': {
      const { key, head, number, url } = event;
      const published = { head, pullRequest: { number, url } };
      return undos.map((one) => (one.key === key ? { ...one, published } : one));
    }
    default:
      return undos;
  }
}
