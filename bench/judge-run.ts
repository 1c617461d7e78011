import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNothingLeft } from '../test/rig/nothing-left.ts';
import type { BenchUser } from './bench-user.ts';
import { journalOf, stateOf, uncommittedTask, type KilledRun } from './killed-run.ts';

const tasks = [1, 2, 3];
/** How often each task's agent is started when nothing is killed: the second one's check fails once. */
const startsUndisturbed = [1, 2, 1];

/** What must be the same however often something was killed. */
export type EndState = {
  readonly run: string;
  readonly tasks: readonly string[];
  readonly subjects: readonly string[];
  readonly trees: readonly string[];
};

/** Reads the end state of a run as its user sees it. */
export function endState(program: string, user: BenchUser): EndState {
  const args = [program, 'status', '--json'];
  const text = execFileSync(process.execPath, args, { cwd: user.repository, env: user.env });
  const told = JSON.parse(text.toString()) as {
    state: string;
    tasks: { state: string; branch: string }[];
  };
  const known = told.tasks.map(({ branch }) => `refs/remotes/flotilla/${branch}`);
  // What is merged has lost its branch: the base has it.
  const isMerged = told.tasks.some(({ state }) => state === 'merged');
  const refs = isMerged ? ['refs/remotes/flotilla/main'] : known;
  return {
    run: told.state,
    tasks: told.tasks.map(({ state }) => state),
    // Merged one after another, in an order that may be another each time.
    subjects: refs.map((ref) => inOrder(user.git('log', '--format=%s', `main..${ref}`), isMerged)),
    trees: refs.map((ref) => user.git('rev-parse', `${ref}^{tree}`)),
  };
}

function inOrder(subjects: string, isMerged: boolean): string {
  // A retry takes in the base as it is by then; an undisturbed run has no retry.
  const lines = subjects.split('\n').filter((line) => !line.startsWith('Bring in '));
  if (!isMerged) return subjects;
  // Which branches are brought up to the base depends on that order.
  const own = lines.filter((line) => !/^Merge |\(#\d+\)$/u.test(line));
  // An agent that is killed between two files leaves them to two commits of ours; the tree shows what is missing.
  const isAgain = (line: string, at: number): boolean =>
    line === uncommittedTask && own.indexOf(line) < at;
  return own
    .filter((line, at) => !isAgain(line, at))
    .map((line) => (commitsOfFirst.includes(line) ? 'A commit of task 1' : line))
    .toSorted()
    .join('\n');
}

/** Its agent makes two; one that is killed before it commits a file leaves that to a commit of ours, named for the task. */
const commitsOfFirst = ['Add one.txt', 'Add one-more.txt', 'Commit something'];

/** All that is wrong with a run that has ended; nothing, as it should be. */
export function findProblems(program: string, run: KilledRun, reference: EndState): string[] {
  if (run.code !== 0) return [`it ended with ${run.code}, not with 0`];
  const state = endState(program, run.user);
  const isSame = JSON.stringify(state) === JSON.stringify(reference);
  return [
    ...(isSame ? [] : [`its end is another: ${JSON.stringify(state, null, 2)}`]),
    ...lostCommits(run.user),
    ...startProblems(run),
    ...forgeProblems(run),
    ...leftovers(run.user),
  ];
}

/** The commits that agents noted, by task. */
export function notedCommits({ rig }: BenchUser): string[][] {
  return tasks.map((task) => linesOf(join(rig, `agent-${task}.commits`)));
}

/** How often each task's agent was started. */
export function agentStarts({ rig }: BenchUser): number[] {
  return tasks.map((task) => linesOf(join(rig, `agent-${task}.starts`)).length);
}

function lostCommits(user: BenchUser): string[] {
  const refs = user.git('for-each-ref', '--format=%(refname)', 'refs/remotes/flotilla/feat');
  return notedCommits(user).flatMap((commits, index) => {
    const own = refs.split('\n').find((name) => name.includes(`issue-${index + 2}-`));
    const ref = own ?? 'refs/remotes/flotilla/main';
    const reachable = new Set(user.git('rev-list', ref).split('\n'));
    return commits
      .filter((commit) => !reachable.has(commit))
      .map((commit) => `commit ${commit} of task ${index + 1} is not on its branch`);
  });
}

function startProblems({ user, kills }: KilledRun): string[] {
  return agentStarts(user).flatMap((starts, index) => {
    const least = startsUndisturbed[index] ?? 0;
    const killed = kills.filter(({ task }) => task === index + 1).length;
    // A task whose agent was killed after it had fixed its work may need one start fewer than starts and kills add to.
    if (starts >= least && starts <= least + killed) return [];
    return [`agent ${index + 1} was started ${starts} times, killed ${killed} times`];
  });
}

function forgeProblems({ user, kills }: KilledRun): string[] {
  const forge = join(stateOf(user) ?? '', 'forge');
  const texts = (kind: string): string[] =>
    visible(join(forge, kind)).map((name) => readFileSync(join(forge, kind, name), 'utf8'));
  const issues = texts('issues');
  const ofKind = (kind: string): number =>
    issues.filter((text) => new RegExp(`^kind: "?${kind}"?$`, 'mu').test(text)).length;
  const [subIssues, diagnostics] = [ofKind('sub-issue'), ofKind('diagnostic')];
  const pulls = texts('pulls').length;
  // An agent that is killed is a task that failed, until it is retried: one issue tells that.
  const mostDiagnostics = kills.some(({ task }) => task !== null) ? 1 : 0;
  return [
    ...(subIssues === tasks.length ? [] : [`there are ${subIssues} sub-issues`]),
    ...(pulls === tasks.length ? [] : [`there are ${pulls} pull requests`]),
    ...(diagnostics <= mostDiagnostics ? [] : [`there are ${diagnostics} diagnostic issues`]),
    ...(issues.length === 1 + subIssues + diagnostics ? [] : ['there are issues of other kinds']),
  ];
}

function visible(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith('.'));
}

/** Hidden drafts of files that were being replaced when their writer was killed: litter, which nothing reads. */
export function draftsLeft(user: BenchUser): string[] {
  return readdirSync(user.root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?:^|\/)\.[\da-f-]{36}\.\d+\.new$/u.test(path),
  );
}

function leftovers(user: BenchUser): string[] {
  const state = stateOf(user) ?? '';
  const { root, stateHome, temporary } = user;
  const workspaces = join(state, 'workspaces');
  const kept = existsSync(workspaces) ? readdirSync(workspaces) : [];
  const locks = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.lock'),
  );
  const unknown = journalOf(user).filter(({ type }) => type === 'unexpected');
  const problems = [
    ...kept.map((name) => `workspace ${name} is left`),
    ...locks.map((path) => `lock ${path} is left`),
    ...unknown.map((event) => `unexpected: ${JSON.stringify(event)}`),
    ...(user.git('status', '--porcelain') === '' ? [] : ["the user's work tree changed"]),
  ];
  try {
    expectNothingLeft({ root, stateHome, temporary });
    return problems;
  } catch (error) {
    return [...problems, (error as Error).message];
  }
}

function linesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
