import type { FoundWork } from '../../model/event/found-work.ts';
import { unreachable } from '../../model/result.ts';

/** What was found on the forge of a task that an earlier run had published, and what follows. */
export function foundWords(work: FoundWork): string {
  switch (work.kind) {
    case 'open': {
      const pull = work.pullRequest === null ? '' : `, pull request #${work.pullRequest.number}`;
      const then = work.isTextChanged
        ? 'its text was edited since, so an agent continues from there'
        : 'it is checked, and no agent is started';
      return `found on the forge: ${work.branch} at ${work.head.slice(0, 7)}${pull}; ${then}`;
    }
    case 'merged':
      return `✓ merged, by pull request #${work.pullRequest.number} of an earlier run`;
    case 'refused':
      return 'found on the forge, and not taken over';
    default:
      return unreachable(work);
  }
}
