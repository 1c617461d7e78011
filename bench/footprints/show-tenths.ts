import type { inTenths } from './measures.ts';

/** One line: what was said, what came true, and of how many cases, for each tenth. */
export function showTenths(tenths: ReturnType<typeof inTenths>, digits = 2): string {
  return tenths
    .map(({ said, was, count }) => `${said.toFixed(digits)} → ${was.toFixed(digits)} (${count})`)
    .join(', ');
}
