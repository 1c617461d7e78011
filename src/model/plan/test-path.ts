const testFolder = /(?:^|\/)(?:tests?|__tests__|specs?)\//u;
const testName = /(?:[._-](?:test|spec|tests|specs)\.\w+|_test\.\w+)$|(?:^|\/)test_[^/]+\.py$/u;

/** Whether a path is that of a test, by the conventions of the usual languages. */
export function isTestPath(path: string): boolean {
  return testFolder.test(path) || hasTestName(path);
}

/** Whether a runner would take a file for a test by its name alone. */
export function hasTestName(path: string): boolean {
  return testName.test(path);
}
