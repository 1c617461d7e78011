import type { FailureReason, FailureType } from '../../model/failure/failure.ts';
import type { FindingKind } from '../../model/plan/plan.ts';
import type { Explanation } from '../../diagnosis/catalogue/catalogue-entry.ts';
import { reasonCatalogue } from '../../diagnosis/catalogue/reason-catalogue.ts';
import { typeCatalogue } from '../../diagnosis/catalogue/type-catalogue.ts';
import { findingExplanations } from './explain-findings.ts';

export type ExplainedTopic = FailureReason | FailureType | FindingKind;

/** What a word of ours means; the exact word. */
function explanationOf(topic: ExplainedTopic): Explanation {
  if (topic in reasonCatalogue) return reasonCatalogue[topic as FailureReason].explanation;
  if (topic in typeCatalogue) return typeCatalogue[topic as FailureType];
  return findingExplanations[topic as FindingKind];
}

/** Every word that can be explained, as it is written elsewhere. */
export const explainedTopics = {
  failures: Object.keys(reasonCatalogue),
  types: Object.keys(typeCatalogue),
  findings: Object.keys(findingExplanations),
} as const;

/**
 * Finds a word however it is written: `TEST_FAILURE`, `test-failure`, `Check failed`, or a fingerprint such as
 * `check-failed/missing-module:lodash-3f2a`. Null when it is not one of ours.
 */
export function findTopic(text: string): ExplainedTopic | null {
  const wanted = plainName(text.split('/')[0] ?? '');
  const topics = Object.values(explainedTopics).flat() as ExplainedTopic[];
  // `FILE_CONFLICT` is a type and `file-conflict` a finding: the exact spelling wins.
  return (
    topics.find((topic) => topic === text.trim()) ??
    topics.find((topic) => plainName(topic) === wanted) ??
    null
  );
}

/** A word's explanation as plain text; ends with a line break. */
export function renderExplanation(topic: ExplainedTopic): string {
  const { means, causes, fix } = explanationOf(topic);
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
