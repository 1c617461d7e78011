import { expect, test } from 'vitest';
import { explainedTopics, findTopic, renderExplanation } from './explain-topic.ts';

const all = Object.values(explainedTopics).flat();

test.each(all)('%s says what it means, why it comes about and what to do', (name) => {
  const topic = findTopic(name);
  expect(topic).toBe(name);
  const text = topic === null ? '' : renderExplanation(topic);
  expect(text).toMatch(
    /^\S+\n\n\S[^]+\.\n\nUsual causes\n {2}- [^]+\n\nWhat to do\n {2}1\. [^]+\n$/u,
  );
});

test.each([
  ['test_failure', 'TEST_FAILURE'],
  [' Check Failed ', 'check-failed'],
  ['check-failed/missing-module:lodash-3f2a', 'check-failed'],
  ['HUB-FILE', 'hub-file'],
  ['FILE_CONFLICT', 'FILE_CONFLICT'],
  ['file-conflict', 'file-conflict'],
])('%s is understood as %s', (written, topic) => {
  expect(findTopic(written)).toBe(topic);
});

test.each(['nonsense', '', 'toString', '__proto__'])('%j is none of ours', (written) => {
  expect(findTopic(written)).toBeNull();
});
