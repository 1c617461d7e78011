import { redOnBase, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { agentWords } from '../../model/text/agent-words.ts';
import type { CheckResult } from '../../model/failure/failure.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { foundBranch } from '../../model/state/found-state.ts';
import { textMark } from '../../model/text/text-mark.ts';
import {
  authorText,
  codeCell,
  codeSpan,
  fencedProse,
  markdownText,
} from '../../model/text/markdown-text.ts';
import { coverOf } from '../../model/plan/named-files.ts';
import { isWithin, type PlannedTask } from '../../model/plan/plan.ts';
import { reviewChecklist, reviewNote, type ReviewItem } from '../../model/plan/review-checklist.ts';
import {
  isDocument,
  judgeCriterion,
  type Judgement,
} from '../../verification/criteria/judge-criterion.ts';
import { touchedPaths } from '../../verification/scope.ts';

export type PullRequestParams = {
  readonly state: RunState;
  readonly task: TaskState;
  readonly planned: PlannedTask;
  /** The task that merges first, when this one starts from its branch. */
  readonly below: TaskState | null;
  readonly key: string;
};

/** What the reviewer of a pull request reads. */
export function pullRequestBody(params: PullRequestParams): string {
  const { state, task, planned } = params;
  const sections = [
    `Closes #${task.issueNumber}. Part of ${displayIssue(state.issue)} (${markdownText(state.title)}), task ${task.ordinal}.`,
    mergesFirst(params.below),
    section('What was done', whatWasDone(task)),
    section('Acceptance criteria', criteria(state, task, planned)),
    section('Checks', checks(state, task)),
    section('Files', files(task, planned)),
    section(
      'For the reviewer',
      task.notes.map((note) => `- ${authorText(note, 1_000)}`).join('\n'),
    ),
    section('PR Review Checklist (Orchestrated Tasks)', reviewList(params)),
    footer(state, task),
    textMark(state, task.ordinal),
    `<!-- ${params.key} -->`,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function mergesFirst(below: TaskState | null): string {
  if (below === null) return '';
  const number = below.pullRequest === null ? '' : ` #${below.pullRequest.number}`;
  return `**Merge${number} first** (task ${below.ordinal}, ${markdownText(below.title)}): this branch starts from ${codeSpan(below.workspace?.branch ?? '')}.`;
}

function section(title: string, text: string): string {
  return text === '' ? '' : `## ${title}\n\n${text}`;
}

/** Nobody reads more of them, and a forge takes no endless text. */
const mostCommits = 60;

function whatWasDone(task: TaskState): string {
  const claim = task.attempts.findLast((attempt) => attempt.claim)?.claim?.trim() ?? '';
  const more = task.commits.length - mostCommits;
  const commits = task.commits
    .slice(0, mostCommits)
    .toReversed()
    .map(({ sha, subject }) => `- ${codeSpan(subject)} (${sha.slice(0, 9)})`)
    .join('\n');
  const left = task.leftovers.length;
  const note =
    left === 0
      ? ''
      : `\n\nThe agent left ${left} ${left === 1 ? 'file' : 'files'} uncommitted; Flotilla committed ${left === 1 ? 'it' : 'them'}.`;
  return `${claim === '' ? '' : `${quoted(claim)}\n\n`}${more > 0 ? `- ${more} earlier ones\n` : ''}${commits}${note}`;
}

const mostClaimLines = 20;

/** The agent's own account, marked as such: as code, so that it closes no issue, calls nobody and shows nothing foreign. */
function quoted(claim: string): string {
  return `In the agent's words:\n\n${fencedProse(claim.split(/\r?\n/u).slice(0, mostClaimLines).join('\n'))}`;
}

type JudgedCriterion = Judgement & { readonly criterion: string };

function criteriaOf(
  { baseChecks, plan }: RunState,
  { checks: results, files: changed }: TaskState,
  { acceptance }: PlannedTask,
): readonly JudgedCriterion[] {
  const measured = { checks: results, files: changed, baseChecks };
  return [...acceptance, ...(plan?.acceptance ?? [])].map((criterion) => ({
    criterion,
    ...judgeCriterion(criterion, measured),
  }));
}

function criteria(state: RunState, task: TaskState, planned: PlannedTask): string {
  return criteriaOf(state, task, planned)
    .map(
      ({ criterion, isMet, words }) =>
        `- [${isMet ? 'x' : ' '}] ${authorText(criterion)}: ${authorText(words, 1_000)}`,
    )
    .join('\n');
}

/** The reviewer's own boxes stay open; next to each is what is known. */
function reviewList({ state, task, planned, below }: PullRequestParams): string {
  const judged = criteriaOf(state, task, planned);
  const met = judged.filter(({ isMet }) => isMet).length;
  const unnamed = task.files
    .flatMap(touchedPaths)
    .filter((path) => coverOf(planned, path) === 'unnamed');
  const hasNamed = planned.footprint.some(({ isDeclared }) => isDeclared);
  const documents = task.files.filter(isDocument);
  const known: Readonly<Record<ReviewItem, string>> = {
    'Tests passing': testWords(task),
    'Meets acceptance criteria from sub-issue':
      judged.length === 0
        ? 'the issue names none'
        : `${met} of ${judged.length} measured, the others are yours to judge`,
    'No unintended file changes': !hasNamed
      ? 'the task names no files; see Files'
      : unnamed.length === 0
        ? 'all changed files are named by the task, or test what it names'
        : `not named by the task: ${code(unnamed.slice(0, mostFiles))}`,
    'Documentation complete':
      documents.length === 0
        ? 'no document is among the changed files'
        : `changed: ${code(documents.slice(0, mostFiles).map(({ path }) => path))}`,
    'Follows project style': 'please judge',
    'Ready to merge independently':
      below === null
        ? `it starts from ${codeSpan(state.base.branch)}, not from another task's branch`
        : `no: task ${below.ordinal} merges first`,
  };
  const lines = reviewChecklist.map((item) => `- [ ] ${item}: ${known[item]}`);
  return `${lines.join('\n')}\n\nNote: ${reviewNote}`;
}

function testWords(task: TaskState): string {
  const passed = task.checks.filter(({ state }) => state === 'passed');
  const onBase = redOnBase(task);
  const words = [
    ...(passed.length === 0 ? [] : [`${code(passed.map(({ command }) => command))} passed`]),
    ...(onBase.length === 0 ? [] : [`${code(onBase)} fails here and on the base`]),
  ];
  return words.length === 0 ? 'no check ran' : words.join('; ');
}

function checks(state: RunState, task: TaskState): string {
  if (task.checks.length === 0)
    return 'No check was found or given, so nothing but the commits themselves was verified.';
  const rows = task.checks.map(
    (check) =>
      `| ${codeCell(check.command)} | ${check.state} | ${seconds(check)} | ${onBase(state, check)} |`,
  );
  return ['| check | result | took | on the base |', '|---|---|---|---|', ...rows].join('\n');
}

function onBase(state: RunState, check: CheckResult): string {
  return state.baseChecks?.find(({ name }) => name === check.name)?.state ?? 'not run';
}

function seconds({ durationMs }: CheckResult): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

const mostFiles = 60;

function files(task: TaskState, planned: PlannedTask): string {
  const declared = planned.footprint.filter(({ isDeclared }) => isDeclared);
  const rows = task.files.slice(0, mostFiles).map((file) => {
    const touched = touchedPaths(file);
    const covers = touched.map((each) => coverOf(planned, each));
    const lines = file.added === null ? 'binary' : `+${file.added} −${file.removed ?? 0}`;
    const plan = declared.length === 0 ? '' : coverWords(covers);
    return `| ${touched.map(codeCell).join(' → ')} | ${file.change} | ${lines} | ${plan} |`;
  });
  const untouched = declared
    .filter(
      ({ path }) => !task.files.flatMap(touchedPaths).some((touched) => isWithin(touched, path)),
    )
    .map(({ path }) => path);
  const more =
    task.files.length > mostFiles ? `\n\n… and ${task.files.length - mostFiles} more.` : '';
  const missing =
    untouched.length === 0 ? '' : `\n\nNamed by the task and not touched: ${code(untouched)}.`;
  return `${['| file | change | lines | plan |', '|---|---|---|---|', ...rows].join('\n')}${more}${missing}`;
}

function coverWords(covers: readonly ReturnType<typeof coverOf>[]): string {
  if (covers.includes('unnamed')) return 'not named by the task';
  return covers.includes('test-of-named') ? 'tests what the task names' : 'as planned';
}

function footer(state: RunState, task: TaskState): string {
  // One that never began, because an orchestrator died before it, cost nobody anything.
  const attempts = task.attempts.filter(({ result }) => result?.kind !== 'not-started').length;
  const agent = markdownText(agentWords(task.attempts.at(-1)?.agent ?? 'an agent'));
  const found = foundBranch(task);
  const before =
    found === null
      ? ''
      : `, on top of what an earlier run had published (${found.head.slice(0, 9)})`;
  return `---\nMade by ${agent} under Flotilla, run ${codeSpan(state.run)}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}, from ${codeSpan(state.base.branch)} at ${task.workspace?.baseSha.slice(0, 9) ?? 'unknown'}${before}.`;
}

function code(words: readonly string[]): string {
  return words.map(codeSpan).join(', ');
}
