import type { Phase } from '../model/issue/issue.ts';
import { lineage, type Section } from './tasks/section.ts';

/**
 * Numbers the phases that hold items, given each item's section in document order. Items before the
 * first phase are in one without a title; a heading that opens no phase stays in the one before it.
 */
export function numberPhases(sections: readonly Section[]): {
  readonly phases: readonly Phase[];
  readonly phaseOf: (section: Section) => number;
} {
  const phases: Phase[] = [];
  const numbers = new Map<Section, number>();
  let opener: Section | null = null;
  for (const section of sections) {
    const own = lineage(section).find((above) => above.phase !== null) ?? null;
    const isNew = own !== null && own !== opener;
    if (isNew || phases.length === 0) {
      const words = own?.phase ?? { title: '', mode: 'parallel' as const };
      phases.push({ number: phases.length + 1, ...words });
    }
    opener = own ?? opener;
    numbers.set(section, phases.length);
  }
  return { phases, phaseOf: (section) => numbers.get(section) ?? 1 };
}
