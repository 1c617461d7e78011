import type { FailureReason, FailureType } from '../../model/failure/failure.ts';
import type { FindingKind } from '../../model/plan/plan.ts';
import type { Explanation } from './explanation.ts';
import { reasonExplanations } from './explain-reasons.ts';
import { typeExplanations } from './explain-types.ts';
import { findingExplanations } from './explain-findings.ts';

export type ExplainedTopic = FailureReason | FailureType | FindingKind;

const explanations: Readonly<Record<ExplainedTopic, Explanation>> = {
  ...reasonExplanations,
  ...typeExplanations,
  ...findingExplanations,
};

/** Every word that can be explained, as it is written elsewhere. */
export const explainedTopics = {
  failures: Object.keys(reasonExplanations),
  types: Object.keys(typeExplanations),
  findings: Object.keys(findingExplanations),
} as const;

/**
 * Finds a word however it is written: `TEST_FAILURE`, `test-failure`, `Check failed`, or a fingerprint such as
 * `check-failed/missing-module:lodash-3f2a`. Null when it is not one of ours.
 */
export function findTopic(text: string): ExplainedTopic | null {
  const wanted = plainName(text.split('/')[0] ?? '');
  const topics = Object.keys(explanations) as ExplainedTopic[];
  // `FILE_CONFLICT` is a type and `file-conflict` a finding: the exact spelling wins.
  return (
    topics.find((topic) => topic === text.trim()) ??
    topics.find((topic) => plainName(topic) === wanted) ??
    null
  );
}

/** A word's explanation as plain text; ends with a line break. */
export function renderExplanation(topic: ExplainedTopic): string {
  const { means, causes, fix } = explanations[topic];
  const parts = [
    topic,
    '',
    means,
    '',
    'Usual causes',
    ...causes.map((cause) => `  - ${cause}`),
    '',
    'What to do',
    ...fix.map((step, index) => `  ${index + 1}. ${step}`),
  ];
  return `${parts.join('\n')}\n`;
}

function plainName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, '-');
}
