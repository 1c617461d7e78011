/** Values that are put in as they come and taken out as they are wanted: nothing is lost, and nobody waits to put one in. */
export type EventQueue<Value> = AsyncIterable<Value> & {
  readonly put: (value: Value) => void;
  /** No more come; an error is thrown to the one who takes after the last. */
  readonly end: (error?: unknown) => void;
};

/** Opens a queue. All who take from it share its values. */
export function openEventQueue<Value>(): EventQueue<Value> {
  const waiting: Value[] = [];
  let over: { readonly error?: unknown } | null = null;
  let wake = Promise.withResolvers<void>();
  const stir = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  return {
    put: (value) => {
      waiting.push(value);
      stir();
    },
    end: (...error) => {
      over ??= error.length === 0 ? {} : { error: error[0] };
      stir();
    },
    [Symbol.asyncIterator]: async function* take() {
      for (;;) {
        const { promise } = wake;
        while (waiting.length > 0) yield waiting.shift() as Value;
        if (over !== null && waiting.length === 0) {
          if ('error' in over) throw over.error;
          return;
        }
        if (waiting.length === 0) await promise;
      }
    },
  };
}
