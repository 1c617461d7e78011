import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

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
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
