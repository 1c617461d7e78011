import { defineConfig } from 'vitest/config';

const report = process.env['VITEST_JSON_REPORT'];

export default defineConfig({
  test: {
    include: ['{src,test,bench}/**/*.test.ts'],
    // Tests start processes and change their environment: each file gets a process of its own.
    pool: 'forks',
    // Most of a test is waiting for processes.
    maxWorkers: 3,
    globalSetup: 'test/rig/private-run.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
