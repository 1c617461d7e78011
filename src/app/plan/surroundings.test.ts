import { expect, test } from 'vitest';
import { fitWorkers } from '../../workspace/machine/resources.ts';
import { resourceFindings } from './surroundings.ts';

const machine = { availableMemoryMb: 16_000, freeDiskMb: 100_000, cores: 2 };
const params = { ...machine, wanted: 5, worktreeMb: 20 };

test('fewer cores than agents are mentioned when there is work for more', () => {
  const fit = fitWorkers({ ...params, isGivenByHand: false });
  const findings = resourceFindings(fit, machine, { wanted: 5, tasks: 3 });
  expect(findings).toMatchObject([
    {
      ...{ kind: 'resources', severity: 'info' },
      message: '2 cores: at most 2 agents run at once; --max-workers 5 overrides this.',
    },
  ]);
  expect(resourceFindings(fit, machine, { wanted: 5, tasks: 2 })).toEqual([]);
});

test('a number that was given overrides this the cores, and nothing is said', () => {
  const fit = fitWorkers({ ...params, isGivenByHand: true });
  expect(fit.workers).toBe(5);
  expect(resourceFindings(fit, machine, { wanted: 5, tasks: 9 })).toEqual([]);
});
