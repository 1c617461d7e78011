import { countCommits } from '../../git/ancestry.ts';
import { isChanged } from '../../git/work-tree.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { counted } from '../../reporting/figures.ts';
import type { Place } from '../place/find-place.ts';
import type { RunView } from '../user-interface.ts';

/** Says what of the user's work agents start without: commits that the forge has not, and what is not committed. */
export async function noteDirtyBase(
  { place, base }: { readonly place: Place; readonly base: RunState['base'] },
  output: RunView,
): Promise<void> {
  const { git } = place.repository;
  const ahead = await countCommits(git, base.sha, `refs/heads/${base.branch}`);
  if (ahead !== null && ahead > 0)
    output.note(
      `Your ${base.branch} has ${counted(ahead, 'commit')} beyond the forge's. Agents start without them: push first if that matters.`,
    );
  if (await isChanged(git))
    output.note(
      `Your work tree has uncommitted changes. Agents start from the last commit of ${base.branch}, without them.`,
    );
}
