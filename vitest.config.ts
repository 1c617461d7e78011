import { defineConfig } from 'vitest/config';
import { BaseSequencer, type Reporter, type TestCase, type TestSpecification } from 'vitest/node';

const report = process.env['VITEST_JSON_REPORT'];

/** The files with most to do come first, so that none of them is left over when all others are done. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- vitest's own, which gives a new list
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      /\/test\/(?:kills|agents|github)\//u.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** Names what passed only when it was tried again: each of them hides a race, in us or in its test. */
const unsteady: string[] = [];
const namesUnsteady: Reporter = {
  onTestCaseResult: (test: TestCase) => {
    if (test.diagnostic()?.flaky === true)
      unsteady.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  },
  onTestRunEnd: () => {
    for (const name of unsteady) process.stdout.write(`Passed only at the second try: ${name}\n`);
  },
};

export default defineConfig({
  test: {
    include: ['{src,test,bench}/**/*.test.ts'],
    // Tests start processes and change their environment: each file gets a process of its own.
    pool: 'forks',
    // Most of a test is waiting for processes.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: 'test/rig/private-run.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A shared machine may hold one of three thousand tests up; what fails twice in a row is a fault.
    retry: process.env['CI'] === undefined ? 0 : 1,
    reporters: [
      'default',
      namesUnsteady,
      ...(report === undefined
        ? []
        : [['json', { outputFile: report }] satisfies [string, object]]),
    ],
  },
});
