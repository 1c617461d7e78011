import type { MergeAnswer, MergeRefusal } from '../../forge/forge.ts';
import { isLinear } from '../../git/ancestry.ts';
import { deleteRef } from '../../git/refs.ts';
import type { CarState, TrainState } from '../../model/merge/train.ts';
import type { Leave } from './next-train-step.ts';
import { fetchBase, leave, refOf, simply, type TrainTools } from './train-tools.ts';

/** A forge that refuses the same pull request this often will not accept it. */
const mostRefusals = 5;

/** What this life of the train has seen of the forge. */
export type Seen = {
  readonly looked: Set<number>;
  readonly refusals: Map<number, number>;
  /** Tasks whose merge was compared with what was checked. */
  readonly compared: Set<number>;
};

/** Lets the forge merge a pull request, if its head and the base are still those that were checked. */
export async function mergeCar(
  tools: TrainTools,
  { car, base, seen }: { readonly car: CarState; readonly base: string; readonly seen: Seen },
): Promise<void> {
  const { record, forge, clone, identity } = tools;
  const { task, number, head } = car;
  record({ type: 'merge-intended', task, number, head, base });
  const method = await methodFor(tools, head, base);
  const answer = await forge.merge({ number, method, head, base, identity, signal: tools.stop });
  if (answer.kind === 'stopped') return;
  if (answer.kind === 'merged') {
    // Work that begins from here on starts after it.
    if (tools.boarding !== null) await fetchBase(tools);
    const otherwise = answer.method === undefined ? {} : { method: answer.method };
    record({ type: 'merge-done', task, sha: answer.sha, by: 'us', ...otherwise });
    for (const name of ['head', 'pushed'])
      await clone.exclusively(() => deleteRef(clone.git, `${refOf(tools, task)}/${name}`));
    return;
  }
  const failed = answer.failed ?? [];
  if (failed.length > 0 && tools.readRed !== null && tools.resolver.fixes(task) > 0) {
    record({ type: 'forge-red', task, head, remarks: await tools.readRed({ failed, head }) });
    return;
  }
  const refusals = (seen.refusals.get(task) ?? 0) + 1;
  seen.refusals.set(task, refusals);
  seen.looked.delete(task);
  if (isWorthAnotherTry(answer.why) && refusals < mostRefusals) return;
  leave(tools, car, refusal(answer));
}

/** The head or the base moved, or it was closed meanwhile: a look shows what to do. */
function isWorthAnotherTry(why: MergeRefusal): boolean {
  return why === 'head-moved' || why === 'base-moved' || why === 'closed';
}

function refusal({ why, message }: Extract<MergeAnswer, { kind: 'refused' }>): Leave {
  switch (why) {
    case 'check-failed':
    case 'not-approved':
    case 'late':
      return simply(why, message);
    default:
      return simply('refused', `the forge refused to merge it: ${message}`);
  }
}

/** A branch that could be brought up to the base only by a merge cannot be replayed on it: it is squashed. */
async function methodFor(
  { train, repository }: TrainTools,
  head: string,
  base: string,
): Promise<TrainState['method']> {
  const { method } = train();
  if (method !== 'rebase') return method;
  return (await isLinear(repository.git, base, head)) ? 'rebase' : 'squash';
}
