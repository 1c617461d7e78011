import { exitCodes } from '../model/state/run-status.ts';
import { unreachable } from '../model/result.ts';
import { shellWord } from '../reporting/shell-word.ts';
import { attachWords } from './attach-words.ts';
import { plainText } from '../model/text/plain-text.ts';
import type { JournalDamage, UserProblem } from '../model/user-error.ts';
import { advice, firstOf, type Advice } from './problem-words/advice.ts';
import { cannotUndo, undoConflicts } from './problem-words/undo-problems.ts';

/** Puts a problem into words. Nothing else does. */
export function renderProblem(problem: UserProblem): Advice {
  switch (problem.code) {
    case 'usage':
      return advice(exitCodes.usage, problem.message, 'flotilla --help shows what there is.');
    case 'no-repository':
      return advice(
        exitCodes.other,
        `Not a git repository: ${problem.directory}`,
        'Go to a repository, or make one: git init && git add -A && git commit -m "Start"',
      );
    case 'foreign-repository':
      return advice(
        exitCodes.other,
        `${problem.repository} belongs to another user, so git does not open it.`,
        `If you trust it: git config --global --add safe.directory ${shellWord(problem.repository)}`,
      );
    case 'no-work-tree':
      return advice(
        exitCodes.other,
        `${problem.repository} is a bare repository; Flotilla starts from a work tree.`,
        'Clone it, and start from the clone.',
      );
    case 'no-commits-yet':
      return advice(
        exitCodes.other,
        `${problem.repository} has no commit yet, so there is nothing to start from.`,
        'git add -A && git commit -m "Start"',
      );
    case 'git-missing':
      return advice(exitCodes.other, 'git was not found on PATH.', 'Install git 2.39 or newer.');
    case 'git-too-old':
      return advice(
        exitCodes.other,
        `git ${problem.found} is too old; ${problem.needed} is needed.`,
        `Install git ${problem.needed} or newer.`,
      );
    case 'no-base':
      return advice(
        exitCodes.validation,
        `There is no branch ${problem.branch} in ${problem.repository}.`,
        'Name the branch that work starts from with --base BRANCH. git branch lists them.',
      );
    case 'base-in-the-way':
      return advice(
        exitCodes.validation,
        `The base is called ${problem.branch}, so git has no place for the branches of tasks: ${problem.branch}/issue-…`,
        `Start from a branch of another name: git branch ${shellWord(`${problem.branch}-base`)} ${shellWord(problem.branch)}, then --base ${shellWord(`${problem.branch}-base`)}`,
      );
    case 'base-diverged':
      return advice(
        exitCodes.validation,
        `Your ${problem.branch} (${problem.mine.slice(0, 9)}) and the forge's (${problem.theirs.slice(0, 9)}) have both moved.`,
        ...(problem.isShallow
          ? ['Your history is shallow, which may be the only reason: git fetch --unshallow']
          : []),
        joinWords(problem),
        'Then start again.',
      );
    case 'base-refused':
      return advice(
        exitCodes.validation,
        `The base is not ready, so no agent was started: ${problem.branch} at ${problem.sha.slice(0, 9)}`,
        ...problem.troubles.map(({ kind, message }) => `  ${kind}: ${plainText(message, 300)}`),
        ...new Set(problem.troubles.map(({ remedy }) => remedy)),
        'Start anyway with --force: checks that are red on the base are then not required of any task.',
      );
    case 'issue-unreadable':
      return advice(
        exitCodes.parse,
        `The issue ${problem.path} cannot be read: ${problem.why}`,
        ...(problem.meant ?? []),
        'Give the path of a Markdown file, local#N for an issue that was run before, or an issue on GitHub:',
        '1234, OWNER/REPOSITORY#1234 or https://github.com/OWNER/REPOSITORY/issues/1234.',
      );
    case 'issue-unknown':
      return advice(
        exitCodes.parse,
        `There is no issue ${problem.issue} on the local forge.`,
        'Give the path of a Markdown file; flotilla runs lists the issues that were run before.',
      );
    case 'no-sub-tasks':
      return advice(
        exitCodes.parse,
        'Parse failed: No sub-tasks found',
        ...problem.hints.map(({ line, message }) => `${problem.source}:${line}: ${message}`),
        'Add a checklist or a numbered list of sub-tasks, for example:',
        '  - [ ] **Add the cart model**: Create `src/cart.js`. Include unit tests.',
      );
    case 'issue-too-large':
      return advice(
        exitCodes.parse,
        'Parse failed: The issue is too large',
        ...problem.hints.map(({ line, message }) => `${problem.source}:${line}: ${message}`),
      );
    case 'no-such-task':
      return advice(
        exitCodes.usage,
        `The issue has no open task ${problem.ordinals.join(', ')}.`,
        problem.known.length === 0
          ? 'All of its tasks are checked.'
          : `Its open tasks are ${problem.known.join(', ')}; ordinals count checked items, too.`,
      );
    case 'no-such-task-in-run':
      return advice(
        exitCodes.usage,
        `The run has no task ${problem.ordinals.join(', ')}.`,
        `Its tasks are ${problem.known.join(', ')}; items that were checked when it began are not tasks.`,
      );
    case 'no-such-question':
      return advice(
        exitCodes.usage,
        `The run has no question ${problem.question}.`,
        problem.known.length === 0
          ? 'No agent waits for an answer.'
          : `Those that wait are ${problem.known.join(', ')}.`,
      );
    case 'answer-unfit':
      return advice(
        exitCodes.usage,
        problem.why === 'empty' ? 'An answer needs words.' : 'The answer is too long.',
        'flotilla answer <issue> <id> TEXT, or - for standard input; 10,000 characters at most.',
      );
    case 'cannot-skip':
      return advice(
        exitCodes.other,
        problem.isAtWork
          ? `Task ${problem.ordinal} has begun, so it cannot be skipped${problem.pullRequest === null ? '' : `: #${problem.pullRequest} is with its agent again`}.`
          : `Task ${problem.ordinal} is ${problem.status}: there is nothing to skip.`,
        ...(problem.isAtWork
          ? [
              `To end it and keep its work: flotilla cancel ${shellWord(problem.source)} ${problem.ordinal}`,
            ]
          : []),
      );
    case 'cannot-undo':
      return cannotUndo(problem);
    case 'undo-conflicts':
      return undoConflicts(problem);
    case 'nothing-planned':
      return advice(
        exitCodes.other,
        `${problem.run} has not planned its tasks yet, so nothing can be added to it.`,
        `Its next start plans all of them: flotilla orchestrate ${shellWord(problem.source)}`,
      );
    case 'items-unclear':
      return advice(
        exitCodes.parse,
        'A task of the issue was reworded, and next to it another one is new or gone: it is not clear which is which.',
        `Give the reworded task its old title in ${problem.source}, or put the new one elsewhere in the list; then add it.`,
      );
    case 'cannot-attach':
      return advice(exitCodes.other, ...attachWords(problem));
    case 'attached-already':
      return advice(
        exitCodes.other,
        `${plainText(problem.by, 100)} is attached to task ${problem.ordinal} (process ${problem.pid}, since ${problem.since}).`,
        'Only one person at a time works in a session. Try again when they have left; flotilla status shows when.',
      );
    case 'no-terminal':
      return advice(
        exitCodes.usage,
        `${problem.command} opens the agent's own program, which needs a terminal: standard input and output must be one.`,
        'To say something to the agent without one: flotilla tell <issue> <task> TEXT',
      );
    case 'plan-refused':
      return advice(
        exitCodes.validation,
        `Validation failed: ${refusedFor[problem.why]}`,
        ...firstOf(problem.reasons),
        'Restructure the issue (shared code into a first phase), or work through the tasks one after another: --max-workers 1',
        'flotilla orchestrate <issue> --dry-run shows the whole plan. Continue anyway with --force.',
      );
    case 'plan-warned':
      return advice(
        exitCodes.validation,
        'The plan has warnings that need your agreement.',
        ...firstOf(problem.warnings),
        'flotilla orchestrate <issue> --dry-run shows the whole plan. Continue with --yes.',
      );
    case 'issue-edited':
      return advice(
        exitCodes.validation,
        `${problem.issue} was edited since its run began: some numbers now mean other work.`,
        ...problem.shifted.map(
          ({ ordinal, was, is }) =>
            `  task ${ordinal} was ${plainText(was, 60)}${is === null ? ', and is gone' : `, and is ${plainText(is, 60)}`}`,
        ),
        'Put the items that were begun back into their places, and add new ones at the end.',
        'Or run the edited text as a separate issue: save it under another name.',
      );
    case 'request-refused':
      return advice(
        exitCodes.validation,
        `${problem.login} may not start a run in ${problem.repository}: that needs write access, and they have ${problem.permission}.`,
        'Nothing was started. Ask somebody with write access to set the label.',
      );
    case 'text-not-approved':
      return advice(
        exitCodes.validation,
        problem.why === 'edited'
          ? `${problem.issue} is by somebody without rights in this repository, and was edited after the run was requested.`
          : `${problem.issue} is by somebody without rights in this repository, and its text was not approved: only the text of the labelled issue was.`,
        'Nothing was started.',
        problem.why === 'edited'
          ? 'Read it again, remove the label, and set it again.'
          : 'Copy what you approve into an issue of your own, or name its author in github.trusted_authors of the configuration.',
      );
    case 'interrupted':
      return advice(
        exitCodes.interrupted,
        'Interrupted: the agent was stopped, and nothing was changed.',
        'The same command starts it again.',
      );
    case 'no-proposal':
      return advice(
        exitCodes.other,
        `The agent proposed nothing: ${problem.why}`,
        'Try again with more time (--timeout) or another agent (--agent), or write the sub-tasks by hand:',
        '  - [ ] **Add the cart model**: Create `src/cart.js`. Include unit tests.',
      );
    case 'run-busy':
      return busy(problem);
    case 'issue-claimed':
      return claimed(problem);
    case 'claim-lost':
      return advice(
        exitCodes.validation,
        `Another machine${problem.host === null ? '' : `, ${plainText(problem.host, 60)},`} has taken over ${problem.issue}.`,
        'This run was ended, and its work is kept. Once the other run has ended, the same command continues from the published work.',
      );
    case 'issue-contended':
      return advice(
        exitCodes.validation,
        `Other machines started and ended work on ${problem.issue} while it was read here.`,
        'Nothing was started. Run the command again.',
      );
    case 'run-unknown':
      return advice(
        exitCodes.other,
        problem.issue === null
          ? 'Nothing was run here yet.'
          : `There is no run of ${problem.issue}.`,
        ...(problem.meant ?? []),
        problem.issue === null
          ? 'Start one: flotilla orchestrate issue.md'
          : 'What was run here: flotilla runs',
      );
    case 'is-sub-issue':
      return advice(
        exitCodes.other,
        `${problem.issue} is the sub-issue of task ${problem.ordinal} of ${problem.master}.`,
        `Name its master issue: ${problem.master}. Only flotilla orchestrate accepts a sub-issue; it works on that one task.`,
      );
    case 'agent-unknown':
      return advice(
        exitCodes.usage,
        `There is no agent called ${problem.agent}.`,
        `Known agents: ${problem.known.join(', ')}.`,
      );
    case 'agent-refused':
      return advice(
        exitCodes.notStarted,
        `${problem.agent} cannot work, so no agent was started: ${problem.why}`,
        problem.fix,
        'flotilla doctor checks every installed agent.',
      );
    case 'agent-missing':
      return advice(
        exitCodes.notStarted,
        `The agent ${problem.agent} cannot be started: ${problem.program} was not found.`,
        problem.fix,
      );
    case 'config-invalid':
      return advice(
        exitCodes.validation,
        `The configuration ${problem.file} is not valid.`,
        ...problem.problems.map((line) => `  ${line}`),
        'Fix the file, or remove it to use the defaults.',
      );
    case 'config-untrusted':
      return advice(
        exitCodes.validation,
        `This repository's configuration, ${problem.file}, asks for things that need your trust, which you have not given:`,
        ...problem.asks.map((line) => `  ${line}`),
        'Nothing was started. If you trust its author: flotilla trust (remembered until the file asks for anything else).',
        'In automation, where the file is your own: --trust',
      );
    case 'link-leads-out':
      return advice(
        exitCodes.validation,
        `${problem.link} is a symbolic link that leads out of the repository's files, to ${plainText(problem.target, 300)}.`,
        'Flotilla writes there, and reads its configuration there, so it refuses: a repository must not choose files outside itself. Nothing was changed.',
        'Remove the link, or replace it with a folder.',
      );
    case 'journal-newer':
      return advice(
        exitCodes.other,
        `${problem.file} was written by a newer Flotilla (format ${problem.version}; this one knows ${problem.known}).`,
        'Upgrade this Flotilla. Nothing was changed.',
      );
    case 'journal-damaged':
      return advice(exitCodes.other, damageWords(problem), ...afterDamage(problem));
    case 'journal-corrupt':
      return advice(
        exitCodes.other,
        `The journal ${problem.file} cannot be read: ${problem.why}`,
        'Put it aside, and continue with what can be read of it: flotilla rebuild --journal',
        'Work that was done is safe in the branches: git branch -r --list "flotilla/*"',
      );
    case 'journal-in-use':
      return advice(
        exitCodes.other,
        `Process ${problem.pid} is using the journal, so it was not changed.`,
        `End it first (kill -INT ${problem.pid}), and run this command again.`,
      );
    case 'holds-damaged':
      return advice(
        exitCodes.other,
        `${problem.file}, in which running Flotilla processes note what they hold, cannot be read: ${problem.why}`,
        'It holds nothing permanent, and is created again. First make sure that no other Flotilla runs: pgrep -af flotilla',
        `Then move it away, and start again: mv ${shellWord(problem.file)} ${shellWord(`${problem.file}.broken`)} && rm -f ${shellWord(`${problem.file}-wal`)} ${shellWord(`${problem.file}-shm`)}`,
      );
    case 'no-sandbox':
      return advice(
        exitCodes.resources,
        `--sandbox on was asked for, but there is no sandbox: ${problem.why}`,
        'Install bubblewrap (apt-get install bubblewrap), or continue without it: --sandbox off',
      );
    case 'disk-full':
      return advice(
        exitCodes.resources,
        `The disk that holds ${problem.where} is full.`,
        'Make room, then start again: the run continues where it stopped.',
      );
    case 'state-unwritable':
      return advice(
        exitCodes.resources,
        `Flotilla cannot write its state, ${problem.file}: ${problem.why}`,
        'Make that place writable, or name another place: XDG_STATE_HOME=/absolute/path',
      );
    case 'partial-clone':
      return advice(
        exitCodes.other,
        `Your clone has left out ${problem.missing} of the base's files, and they cannot be fetched now: ${problem.why}`,
        `Get them, then start again: git fetch --refetch --no-filter ${shellWord(problem.remote)}`,
      );
    case 'no-resources':
      return advice(
        exitCodes.resources,
        'This machine has no room for even one agent now.',
        ...problem.reasons.map((line) => `  ${line}`),
        'End other programs or make room, then start again. flotilla clean shows what can be removed.',
      );
    case 'demo-folder-taken':
      return advice(
        exitCodes.usage,
        `${problem.directory} already exists and is not empty.`,
        'Name a new folder with --dir, or leave --dir out to have one created.',
      );
    case 'forge':
      return advice(exitCodes.forge, problem.message, ...problem.next);
    default:
      return unreachable(problem);
  }
}

/** Which event of which run is damaged. */
function damageWords({ file, run, seq, why }: JournalDamage): string {
  if (run === null) return `The journal is damaged: ${why} (${file}).`;
  const what = seq === null ? 'an event' : `event ${seq}`;
  return `The journal is damaged: ${what} of the run ${run} ${why} (${file}).`;
}

/** What can be done about it. */
function afterDamage({ run }: JournalDamage): string[] {
  return [
    run === null
      ? 'Nothing is written to it.'
      : 'What the run did before that can be read, and so can all other runs. Nothing is written to it.',
    'Put the damaged file aside, and continue with what can be read of it: flotilla rebuild --journal',
  ];
}

/** The one command that brings the forge's merged work and the user's branch together. */
function joinWords(problem: Extract<UserProblem, { code: 'base-diverged' }>): string {
  const { branch, pick, isUnrelated } = problem;
  const checkout = `git checkout ${shellWord(branch)}`;
  const unrelated = isUnrelated ? '--allow-unrelated-histories ' : '';
  return pick.length === 0
    ? `Join them: ${checkout} && git merge ${unrelated}${shellWord(`flotilla/${branch}`)}`
    : `Yours was rewritten, and lacks merged work. Add that: ${checkout} && git cherry-pick ${pick.map((commit) => commit.slice(0, 12)).join(' ')}`;
}

function busy({ run, pid, unapproved }: Extract<UserProblem, { code: 'run-busy' }>): Advice {
  const end = `end it first (Ctrl-C where it runs, or kill -INT ${pid}), and run this command again.`;
  const situation = `${run} is already being worked on by process ${pid}`;
  return unapproved === undefined
    ? advice(
        exitCodes.other,
        `${situation}.`,
        'Watch it with: flotilla status --watch',
        `To do something else with it, ${end}`,
      )
    : advice(
        exitCodes.other,
        `${situation}, which waits to merge: ${unapproved}.`,
        'It merges approved pull requests by itself.',
        `To merge without waiting, ${end}`,
      );
}

function claimed(problem: Extract<UserProblem, { code: 'issue-claimed' }>): Advice {
  const { issue, since, renewed, expires } = problem;
  const host = plainText(problem.host, 60);
  return advice(
    exitCodes.validation,
    `${issue} is being worked on by another machine, ${host}, since ${since}; last confirmed at ${renewed}.`,
    `Wait until that run has ended, or end it there: flotilla cancel ${issue}`,
    `If ${host} is gone, start again after ${expires}, or take over its work now: --take-over`,
  );
}

const refusedFor: Readonly<Record<Extract<UserProblem, { code: 'plan-refused' }>['why'], string>> =
  {
    dependencies: 'Dependencies detected',
    collisions: 'Several tasks change the same files',
    other: 'The tasks should not run side by side',
  };
