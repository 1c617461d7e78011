import type { ConflictedFile } from '../../model/merge/conflict.ts';
import { asData, authorText, fixPrompt } from '../../attempts/prompt/prompt.ts';
import { plannedTask } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';
import { returnPrompt } from '../../attempts/prompt/return-prompt.ts';
import type { OtherSide } from './resolve-sides.ts';
import type { Resolving } from './resolving.ts';

export type ResolvePromptParams = Resolving & {
  readonly sides: readonly OtherSide[];
  /** Whether an attempt before was cut short, and its workspace still stands. */
  readonly goesOn: boolean;
};

/** The parts of a prompt for an agent that must bring its branch and the base together: what both sides want, and where they meet. */
export function resolvePrompt(
  services: Services<'record' | 'settings'>,
  params: ResolvePromptParams,
): string {
  const { goesOn } = params;
  const sections = [
    goesOn
      ? '# Continue where you were stopped\n\nYou were stopped in the middle of what follows. What was done is still here, committed or not: look at it first, and finish.'
      : '',
    whySection(params),
    beforeSection(params),
    contract(services, params),
    `# What this branch is for\n\n${asData(ownText(services, params))}`,
    ...params.sides.map((side) => sideSection(params, side)),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function whySection(params: ResolvePromptParams): string {
  switch (params.begun.why) {
    case 'conflict':
      return conflictSection(params);
    case 'checks':
      return checksSection(params);
    case 'forge-checks': {
      const remarks = params.car.forgeRed?.remarks ?? [];
      return returnPrompt({ returned: { why: 'ci', remarks }, isResumed: true, first: '' }).trim();
    }
  }
}

function conflictSection({ car, train, begun }: ResolvePromptParams): string {
  const files = car.conflict?.files ?? [];
  return `# Resolve a merge conflict

The work on branch \`${car.branch}\` is finished and verified. Meanwhile \`${train.branch}\` moved on, and both do not merge by themselves. The merge of ${begun.onto} has been begun in this directory and waits for you: \`git status\` shows what conflicts, with both sides between markers (and what stood there before, after \`|||||||\`).

${asData(files.map(fileText).join('\n\n'))}`;
}

/** What is wrong with an earlier try is for the next one to know. */
function beforeSection({ car }: ResolvePromptParams): string {
  if (car.resolveFailure === null) return '';
  return `# An earlier try was not accepted\n\nStart from scratch. What was wrong with it:\n\n${asData(car.resolveFailure)}`;
}

/** How each kind of conflict is decided. */
const advice: Readonly<Partial<Record<ConflictedFile['kind'], string>>> = {
  'modify-delete':
    'one side changed it and the other deleted it: keep it (git add) or remove it (git rm)',
  rename: 'renamed by one side, and moved, changed or made by the other',
  'directory-rename': 'one side moved the directory into which the other put the file',
  'file-directory': 'a file on one side, a directory on the other',
  binary:
    'not text: create it again, or take one side (git checkout --ours or --theirs, then git add)',
  submodule: 'a different commit on each side: choose the one that holds both',
  'add-add': 'both sides made it',
  mode: 'a different mode on each side',
};

function fileText({ path, kind, hunks }: ConflictedFile): string {
  const about = advice[kind];
  const shown = hunks.map(
    ({ line, ours, theirs }) =>
      `line ${line}, this branch:\n${ours}\nline ${line}, the base:\n${theirs}`,
  );
  return [`${path} (${kind}${about === undefined ? '' : `: ${about}`})`, ...shown].join('\n');
}

function checksSection({ car, train }: ResolvePromptParams): string {
  const red = car.checks.find(
    ({ name, state }) => state !== 'passed' && !car.redOnBase.includes(name),
  );
  const told = `# Your branch and the base do not work together

The work on branch \`${car.branch}\` was green by itself. With \`${train.branch}\` as it is now merged into it (there was no conflict in the text), a check fails, and it passes on the base alone: the two changes do not work together. Both are wanted.`;
  return red === undefined
    ? told
    : `${told}\n\n${fixPrompt({ check: red, isResumed: true, first: '' }).trimEnd()}`;
}

function contract({ settings }: Services<'settings'>, { car, begun }: ResolvePromptParams): string {
  const commands = settings.checks.map(({ command }) => `\`${command}\``).join(', ');
  const ending =
    begun.why === 'conflict'
      ? 'Leave no marker and no unmerged path. End with a commit that concludes the merge (`git add`, `git commit --no-edit`). Do not abort it, and do not rebase.'
      : 'Commit what you fix. Do not rebase, and do not undo the merge.';
  return `# How

- You are in the workspace of branch \`${car.branch}\`. Make what both sides want hold: drop neither.
- ${ending}
- Change only what this takes: nothing else in this branch is open any more. Do not push, do not switch branches.
- Nobody can answer you: never ask, never wait for a person.${
    commands === ''
      ? ''
      : `\n- Before you finish, make these pass; we run them again ourselves: ${commands}. Do not weaken or skip tests.`
  }`;
}

function ownText(services: Services<'record'>, { car }: ResolvePromptParams): string {
  const state = services.record.state();
  if (state.plan === null) throw new Error('The run has no plan');
  const task = plannedTask(services, car.task);
  return authorText({ task, plan: state.plan, masterTitle: state.title });
}

function sideSection({ train }: ResolvePromptParams, side: OtherSide): string {
  const who =
    side.task === null
      ? `What came into \`${train.branch}\` meanwhile`
      : `What task ${side.task} wants, which is in \`${train.branch}\` by now`;
  const words = [side.title, side.description, side.diff === '' ? '' : `Its change:\n${side.diff}`];
  return `# ${who}\n\n${asData(words.filter((text) => text !== '').join('\n\n'))}`;
}
