import { markdownTable } from '../figures.ts';
import { mean } from '../footprints/measures.ts';
import { summarize, type Row } from './summary.ts';
import type { Spans } from './spans.ts';
import { policyNames, type WaveResult } from './replay-wave.ts';

/** Prints what the waves came to: the means of all, then of each repository, and where the time went. */
export function printTables(results: readonly WaveResult[]): void {
  const names = [...new Set(results.map(({ name }) => name))];
  console.log(`\nMeans of ${results.length} waves:\n`);
  console.log(policyTable(results));
  for (const name of names) {
    const own = results.filter((result) => result.name === name);
    console.log(`${name}, ${own.length} waves:\n\n${policyTable(own)}`);
  }
  console.log(`Where the seconds of a run go:\n\n${spanTable(results)}`);
}

function policyTable(results: readonly WaveResult[]): string {
  const rows = policyNames.flatMap((policy) => {
    const row = summarize(results, policy);
    return row === null ? [] : [[policy, ...cellsOf(row)]];
  });
  return markdownTable([head, ...rows]);
}

const head = [
  'policy',
  'merged',
  'seconds to the last merge',
  'speed-up of what was merged',
  'possible',
  "agents' minutes",
  'resolutions asked, succeeded',
  'blocked in vain',
  'runs with a problem',
];

function cellsOf(row: Row): string[] {
  return [
    row.merged.toFixed(2),
    row.seconds.toFixed(1),
    row.speedUp.toFixed(2),
    row.possible.toFixed(2),
    row.agentMinutes.toFixed(2),
    `${row.asked}, ${row.succeeded}`,
    String(row.blockedInVain),
    String(row.problems),
  ];
}

const spanNames: Readonly<Record<keyof Spans, string>> = {
  planning: 'planning',
  beforeAgents: 'plan to the first agent',
  agents: 'first agent to last',
  betweenAgentsAndTrain: 'last agent to the train',
  train: 'train',
  resolving: 'agents that resolve',
  afterLastMerge: 'after the last merge',
};

function spanTable(results: readonly WaveResult[]): string {
  const keys = Object.keys(spanNames) as (keyof Spans)[];
  const rows = policyNames.flatMap((policy) => {
    const runs = results.flatMap((result) => result.runs.filter((run) => run.policy === policy));
    if (runs.length === 0) return [];
    const longest = mean(results.map(({ seconds }) => Math.max(...seconds)));
    const spans = keys.map((key) => mean(runs.map(({ figures }) => figures.spans[key])).toFixed(1));
    return [[policy, longest.toFixed(1), ...spans]];
  });
  return markdownTable([['policy', 'longest task', ...keys.map((key) => spanNames[key])], ...rows]);
}
