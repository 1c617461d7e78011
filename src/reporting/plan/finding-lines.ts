import type { Finding, FindingKind } from '../../model/plan/plan.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { wrapLine } from '../live/wrap-line.ts';

/** Nobody reads more than this of one kind; `--json` has all of them. */
const mostOfKind = 6;

const marks = { info: 'ℹ️', warning: '⚠️', critical: '❌' } as const;
const gravity = { critical: 0, warning: 1, info: 2 } as const;

/**
 * Findings for people: the gravest first, those of one kind together, and shared advice only once. What is
 * merely worth knowing comes without its evidence, which only says where the tasks are written down.
 */
export function findingLines(findings: readonly Finding[], width: number | null): string[] {
  const sorted = findings.toSorted((one, other) => gravity[one.severity] - gravity[other.severity]);
  const groups = Map.groupBy(sorted, ({ severity, kind }) => `${severity} ${kind}`);
  return [...groups.values()].flatMap((group) => linesOfGroup(group, width));
}

function linesOfGroup(group: readonly Finding[], width: number | null): string[] {
  const shown = group.slice(0, mostOfKind);
  const left = group.length - shown.length;
  return [
    ...shown.flatMap((finding, index) => [
      ...wrapLine(headline(finding), width, 3),
      ...evidenceLines(finding, width),
      ...adviceLines(finding, shown[index + 1] ?? null, width),
    ]),
    ...(left === 0 ? [] : [`   … and ${left} more of the kind ${kindOf(group)}; --json has them`]),
  ];
}

/** Evidence longer than this reads better on lines below. */
const longestInline = 60;

function headline(finding: Finding): string {
  const { severity, message, evidence } = finding;
  const seen = evidence === '' || isBelow(finding) ? '' : ` (${plainText(evidence, 200)})`;
  return `${marks[severity]} ${plainText(message, 300)}${severity === 'info' ? '' : seen}`;
}

function isBelow({ evidence }: Finding): boolean {
  return evidence.length > longestInline;
}

/** Each part on a line of its own. */
function evidenceLines(finding: Finding, width: number | null): string[] {
  if (finding.severity === 'info' || !isBelow(finding)) return [];
  const parts = finding.evidence.split('; ');
  return parts.flatMap((part) => wrapLine(`   · ${plainText(part, 300)}`, width, 5));
}

/** The advice, below the last of those that share it. */
function adviceLines({ advice }: Finding, next: Finding | null, width: number | null): string[] {
  if (advice === '' || next?.advice === advice) return [];
  return wrapLine(`   → ${plainText(advice, 300)}`, width, 5);
}

function kindOf([first]: readonly Finding[]): FindingKind | '' {
  return first?.kind ?? '';
}
