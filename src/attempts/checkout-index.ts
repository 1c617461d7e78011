import { join } from 'node:path';
import type { RunTools } from '../services/run-tools.ts';

/** Where the index of a task's workspace is kept as it was when its files were checked out. */
export function checkoutIndex(
  { controlDirectory }: Pick<RunTools, 'controlDirectory'>,
  ordinal: number,
): string {
  return join(controlDirectory(ordinal), 'checkout.index');
}
