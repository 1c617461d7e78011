import { findChecked } from '../../model/merge/checked-tree.ts';
import { buildPrefixes } from './build-prefixes.ts';
import type { Prefix } from './check-prefix.ts';
import { isSamePrefix } from './next-ahead.ts';
import { openPrefixLinks } from './prefix-links.ts';
import { openRunningChecks } from './running-checks.ts';
import type { TrainTools } from './train-tools.ts';

/** Checks what a train will merge before its turn, in as many places as it has; closing it ends what still runs. */
export type Ahead = AsyncDisposable & {
  /** Looks at the train and its base as they are now: begins what is worth it, ends what is of no use any more. */
  readonly follow: (base: string) => Promise<void>;
  /**
   * Makes sure that a prefix is checked here, and waits until anything is known that was not, or until `change`. False: it
   * is not, since there are no places, or nothing else to be checked next to it.
   */
  readonly check: (prefix: Prefix, change: Promise<void> | null) => Promise<boolean>;
};

/**
 * Opens it for one train. It only finds out earlier what the train would find out anyway: what merges is looked up by its
 * tree when its turn has come, so a prefix that was foreseen wrongly costs a check, and decides nothing.
 */
export function openAhead(tools: TrainTools): Ahead {
  const links = openPrefixLinks(tools);
  const checks = openRunningChecks(tools);
  let prefixes: readonly Prefix[] = [];

  const isWorthIt = (): boolean => {
    if (tools.places.length === 0) return false;
    const open = tools.train().cars.filter(({ outcome }) => outcome === null);
    const mayGrow = tools.boarding?.isOver() === false;
    return open.length > 1 || mayGrow || checks.count() > 0;
  };

  const build = async (base: string): Promise<readonly Prefix[]> => {
    for (;;) {
      const known = tools.train().trees.length;
      const built = await buildPrefixes({ links, base, asking: tools.resolver });
      // What became known meanwhile may change who merges; what was made is not made again.
      if (tools.train().trees.length === known) return built;
    }
  };

  return {
    follow: async (base) => {
      checks.rethrow();
      prefixes = isWorthIt() ? await build(base) : [];
      checks.want(prefixes);
    },
    check: async (prefix, change) => {
      if (!isWorthIt()) return false;
      if (!prefixes.some((one) => isSamePrefix(one, prefix))) prefixes = [prefix, ...prefixes];
      checks.want(prefixes);
      const isKnown = findChecked(tools.train().trees, prefix) !== null;
      if (!isKnown && checks.count() > 0)
        await Promise.race([checks.change(), ...(change === null ? [] : [change])]);
      checks.rethrow();
      return true;
    },
    [Symbol.asyncDispose]: async () => {
      await checks[Symbol.asyncDispose]();
      await links[Symbol.asyncDispose]();
    },
  };
}
