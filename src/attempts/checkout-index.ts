import { join } from 'node:path';
import type { Services } from '../services/run-services.ts';

/** Where the index of a task's workspace is kept as it was when its files were checked out. */
export function checkoutIndex({ workspaces }: Services<'workspaces'>, ordinal: number): string {
  return join(workspaces.controlDirectory(ordinal), 'checkout.index');
}
