import type { RunState } from '../../model/state/run-state.ts';
import type { CarState } from '../../model/merge/train.ts';
import { markdownText } from '../../model/text/markdown-text.ts';
import { costText } from '../figures.ts';
import { runUnionWords } from '../words/merge-words.ts';
import { measureRun, type RunMetrics } from '../metrics/metrics-file.ts';
import { renderReviewPacket } from '../files/review-packet.ts';

/**
 * What the comment on the master issue says about merging: the union of all branches, what was left and why, the figures of
 * what was merged, and the review packet as long as something needs review.
 */
export function mergingParts(state: RunState): string[] {
  const { train, tasks } = state;
  const together = runUnionWords(state);
  const left = train?.cars.flatMap(leftLine) ?? [];
  const isMerged = tasks.some(({ status }) => status === 'merged');
  return [
    together === null ? '' : `**Together**: ${markdownText(together, 600)}`,
    left.length === 0 ? '' : `**Not merged**\n\n${left.join('\n')}`,
    isMerged ? figures(measureRun(state)) : '',
    packet(state),
  ];
}

function leftLine({ task, number, outcome }: CarState): string[] {
  if (outcome?.kind !== 'left') return [];
  return [`- Task ${task} (#${number}): ${markdownText(outcome.message, 300)}`];
}

function figures(metrics: RunMetrics): string {
  const rows = [
    ['Tasks that succeeded', percent(metrics.successRate)],
    ['Pull requests merged', percent(metrics.mergeRate)],
    ['Minutes side by side', metrics.parallelMinutes],
    ['Minutes one after another', metrics.sequentialMinutes],
    ['Speedup', metrics.speedup === null ? null : `${metrics.speedup}×`],
    ['Cost', metrics.costUsd === null ? null : costText(metrics.costUsd)],
  ].flatMap(([name, value]) => (value === null ? [] : [`| ${name} | ${value} |`]));
  return ['| Figures | |', '|---|--:|', ...rows].join('\n');
}

function percent(share: number | null): string | null {
  return share === null ? null : `${Math.round(share * 100)} %`;
}

/** Folded up, since it is long; only for what is not merged yet. */
function packet(state: RunState): string {
  const { union, mergeOrder, tasks } = state;
  const isOpen = (task: number): boolean =>
    tasks.some(({ ordinal, status }) => ordinal === task && status === 'completed');
  const cars = mergeOrder.filter(({ task }) => isOpen(task));
  if (union === null || cars.length === 0) return '';
  const text = renderReviewPacket({ state, cars, verdict: union });
  return `<details><summary>Review packet</summary>\n\n${text}\n</details>`;
}
