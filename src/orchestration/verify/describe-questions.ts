import { listMessages } from '../../git/commits.ts';
import type { Git } from '../../git/git.ts';
import type { QuestionState } from '../../model/state/question-state.ts';
import { codeInNote } from '../../verification/code-in-note.ts';
import type { Services } from '../../services/run-services.ts';

const [mostMessages, mostAssumptions] = [200, 10];

/** A line of a commit message, or of an agent's last words, that says what was assumed. */
const assumption = /^\s*(?:[-*]\s*)?\**assum(?:ption|ed)\**\s*:\s*(.+)$/gimu;

/** For reviewers: what people decided when a task's agents asked, and what was assumed where nobody answered. */
export async function describeQuestions(
  { record }: Services<'record'>,
  params: { readonly ordinal: number; readonly git: Git },
): Promise<string[]> {
  const { ordinal, git } = params;
  const asked = record.state().questions.filter(({ task }) => task === ordinal);
  const { workspace, head, attempts } = record.task(ordinal);
  if (asked.length === 0 || head === null) return [];
  const answered = asked.flatMap(answeredNote);
  const open = asked.filter(({ state }) => state === 'expired');
  const range = { base: workspace?.baseSha ?? '', head, most: mostMessages };
  const texts = [
    ...(await listMessages(git, range)),
    ...attempts.flatMap(({ claim }) => claim ?? []),
  ];
  const assumed = texts.flatMap((text) => [...text.matchAll(assumption)].map((found) => found[1]));
  const notes = [...new Set(assumed)]
    .slice(0, mostAssumptions)
    .map((text = '') => `Assumption: ${codeInNote(text.trim())}`);
  const unanswered = open.map(
    ({ text }) =>
      `Nobody answered ${codeInNote(text)}, so its agent decided by itself${notes.length === 0 ? ', and did not say what it assumed' : ''}.`,
  );
  return [...answered, ...unanswered, ...notes];
}

function answeredNote({ text, answer }: QuestionState): string[] {
  if (answer === null) return [];
  return [
    `It asked ${codeInNote(text)}; ${codeInNote(answer.by)} answered ${codeInNote(answer.text)}.`,
  ];
}
