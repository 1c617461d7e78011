import { expect, test } from 'vitest';
import type { WaveResult } from './replay-wave.ts';
import type { RunFigures } from './run-figures.ts';
import { possibleOf, summarize } from './summary.ts';

const spans = {
  ...{ planning: 1, beforeAgents: 1, agents: 10, betweenAgentsAndTrain: 1 },
  ...{ train: 2, resolving: 0, afterLastMerge: 0 },
};

function wave(figures: Partial<RunFigures>): WaveResult {
  const ran: RunFigures = {
    ...{ merged: [], seconds: null, agentSeconds: 0, resolutions: { asked: 0, succeeded: 0 } },
    ...{ blocked: [], stacked: [], failed: [], left: [], spans, problem: null },
    ...figures,
  };
  const run = { policy: 'auto', figures: ran, blockedInVain: 1, log: null };
  const known = { name: 'owner/name', base: 'abc', subjects: [], seconds: [4, 6, 10], pairs: [] };
  return { ...known, atOnce: 6, runs: [{ ...run, policy: 'auto' }] };
}

test('the speed-up is that of what was merged, and a run that merged nothing has none', () => {
  const resolutions = { asked: 2, succeeded: 1 };
  const first = wave({ merged: [1, 3], seconds: 7, agentSeconds: 60, resolutions });
  const row = summarize([first, wave({ problem: 'it hangs' })], 'auto');
  expect(row).toMatchObject({
    ...{ merged: 1 / 3, seconds: 7, speedUp: 1 },
    ...{ possible: 2, agentMinutes: 0.5, asked: 2, succeeded: 1, blockedInVain: 2, problems: 1 },
  });
});

test('a policy that no wave ran by has no row', () => {
  expect(summarize([wave({})], 'plain')).toBeNull();
});

test('the longest task bounds what is possible, and so do the places', () => {
  expect(possibleOf({ seconds: [4, 6, 10], atOnce: 6 })).toBe(2);
  expect(possibleOf({ seconds: [5, 5, 5, 5], atOnce: 2 })).toBe(2);
});
