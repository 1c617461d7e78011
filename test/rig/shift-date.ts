/** Puts the wall clock of this process ahead, from now on; it goes on ticking. */
export function shiftDate(aheadMs: () => number): void {
  const SystemDate = Date;
  globalThis.Date = class extends SystemDate {
    constructor(...given: readonly unknown[]) {
      if (given.length === 0) super(SystemDate.now() + aheadMs());
      else super(...(given as [number]));
    }

    static override now(): number {
      return SystemDate.now() + aheadMs();
    }
  } as DateConstructor;
}
