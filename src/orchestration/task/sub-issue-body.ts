import { displayIssue } from '../../model/issue/issue.ts';
import { codeSpan } from '../../model/text/markdown-text.ts';
import { branchName } from '../../model/names.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';
import type { RunState } from '../../model/state/run-state.ts';

/** What a sub-issue says: enough for someone who reads nothing else. */
export function subIssueBody(params: {
  readonly state: RunState;
  readonly planned: PlannedTask;
  /** The commands that must pass. */
  readonly checks: readonly string[];
  readonly key: string;
}): string {
  const { state, planned, checks } = params;
  const criteria = [...planned.acceptance, ...(state.plan?.acceptance ?? [])];
  const files = planned.footprint.map(
    ({ path, isNew }) => `${codeSpan(path)}${isNew ? ' (new)' : ''}`,
  );
  const branch = branchName(0, planned.title).replace('issue-0', 'issue-N');
  const parts = [
    `Part of ${displayIssue(state.issue)}, task ${planned.ordinal}.`,
    planned.description,
    section('Context', quoted(state.plan?.context ?? '')),
    section('Acceptance Criteria', listed(criteria, '- [ ]')),
    section('Files', listed(files, '-')),
    section('Testing', testing(checks)),
    section('Branch', `\`${branch}\`, where N is the number of this issue.`),
    `Orchestration: \`${state.run}\``,
  ];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return `${quiet(text)}\n\n<!-- ${params.key} -->\n`;
}

function section(title: string, text: string): string {
  return text === '' ? '' : `## ${title}\n\n${text}`;
}

function listed(lines: readonly string[], mark: string): string {
  return lines.map((line) => `${mark} ${line}`).join('\n');
}

function testing(checks: readonly string[]): string {
  if (checks.length === 0) return '';
  return `These must pass before there is a pull request:\n\n${listed(checks.map(codeSpan), '-')}`;
}

/** The master issue has all of it. */
const longestContext = 1_500;

/** As a quotation, in which a heading is not one of ours. */
function quoted(context: string): string {
  const text = context.trim();
  if (text === '') return '';
  const shown = text.length > longestContext ? `${text.slice(0, longestContext)} …` : text;
  return shown.replaceAll(/^/gmu, '> ');
}

/** People whom the master issue mentions have been notified already; and no text of others may hold a marker of ours. */
function quiet(text: string): string {
  return text.replaceAll(/(^|[^\w`])@(?=\w)/gmu, '$1@\u200B').replaceAll('<!--', '&lt;!--');
}
