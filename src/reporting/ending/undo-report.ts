import type { RunState } from '../../model/state/run-state.ts';
import type { UndoState } from '../../model/state/undo-state.ts';
import type { NotUndone } from '../../model/user-error.ts';
import { tasksWords } from '../words/merge-words.ts';
import { shellWord } from '../shell-word.ts';

export type UndoReportParams = {
  readonly state: RunState;
  readonly undos: readonly (UndoState & { readonly isNew: boolean })[];
  readonly left: readonly NotUndone[];
};

/** The pull requests that undo merged work, as scripts read them. */
export type UndoReport = {
  readonly undos: readonly {
    readonly tasks: readonly number[];
    readonly branch: string;
    readonly head: string | null;
    readonly pullRequest: { readonly number: number; readonly url: string } | null;
    /** Whether this call made it; an earlier one otherwise. */
    readonly isNew: boolean;
  }[];
  readonly left: readonly { readonly ordinal: number; readonly reason: NotUndone['why'] }[];
};

/** Puts together what an undo made and found. */
export function undoReport({ undos, left }: UndoReportParams): UndoReport {
  return {
    undos: undos.map(({ tasks, branch, published, isNew }) => {
      const { head = null, pullRequest = null } = published ?? {};
      return { tasks, branch, head, pullRequest, isNew };
    }),
    left: left.map(({ ordinal, why }) => ({ ordinal, reason: why })),
  };
}

const leftWords: Readonly<Record<NotUndone['why'], string>> = {
  'not-merged': 'is not merged',
  undone: 'is undone already',
  gone: 'is not in the base any more, which was rewritten',
  unclear: 'cannot be set apart from others',
};

/** The same in words, and what to do next. */
export function renderUndoReport({ state, undos, left }: UndoReportParams): string {
  const lines = undos.flatMap(({ tasks, published, isNew }) => {
    if (published === null) return [];
    const { number, url } = published.pullRequest;
    const verb = isNew ? 'undoes' : 'is open already, and undoes';
    return [`#${number} ${verb} ${tasksWords(tasks)}: ${url}`];
  });
  const others = left.map(({ ordinal, why }) => `Left out: task ${ordinal} ${leftWords[why]}.`);
  return [...lines, ...others, ...nextLines(state, undos)].join('\n');
}

function nextLines({ issue, base }: RunState, undos: UndoReportParams['undos']): readonly string[] {
  const what = undos.length === 1 ? 'Read it' : 'Read them';
  if (issue.forge !== 'local')
    return [`Nothing is undone yet. ${what}, then merge on the forge as any other.`];
  const branch = shellWord(base.branch);
  return [
    `Nothing is undone yet. ${what}, then merge:`,
    ...undos.flatMap((undo) => {
      const ref = shellWord(`flotilla/${undo.branch}`);
      return [
        `  git diff ${shellWord(`flotilla/${base.branch}`)}...${ref}`,
        `  git checkout ${branch} && git merge ${ref}`,
      ];
    }),
  ];
}
