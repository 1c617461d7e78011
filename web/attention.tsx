import { useState } from 'preact/hooks';
import type { Attention, RunPage } from '../src/dashboard/page-data.ts';
import { act } from './api.ts';
import { ago, span } from './format.ts';
import { worryingSilence } from './looks.ts';
import { now, say } from './state.ts';

/** Does something to a run, and says what came of it. */
export async function perform(id: string, action: string, input: object): Promise<boolean> {
  try {
    const { isDone, words } = await act(id, action, input);
    say(words === '' ? 'Done.' : words, !isDone);
    return isDone;
  } catch (error) {
    say((error as Error).message, true);
    return false;
  }
}

/** A button that is busy until its work has ended. */
export function Act({
  label,
  does,
  class: name = '',
  keyName,
}: {
  readonly label: string;
  readonly does: () => Promise<unknown>;
  readonly class?: string;
  readonly keyName?: string;
}) {
  const [isBusy, setBusy] = useState(false);
  const onClick = async (): Promise<void> => {
    setBusy(true);
    await does().finally(() => setBusy(false));
  };
  return (
    <button
      type="button"
      class={name}
      disabled={isBusy}
      data-key={keyName}
      onClick={() => void onClick()}
    >
      {isBusy ? `${label}…` : label}
    </button>
  );
}

/** The fields to answer a question. */
export function AnswerBox({
  id,
  question,
}: {
  readonly id: string;
  readonly question: NonNullable<Attention['question']>;
}) {
  const [text, setText] = useState('');
  const answer = (words: string): Promise<boolean> =>
    perform(id, 'answer', { question: question.id, text: words });
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (text.trim() !== '') void answer(text).then((isDone) => isDone && setText(''));
  };
  return (
    <form class="answer" onSubmit={onSubmit}>
      {question.options.map((option) => (
        <Act key={option} label={option} class="option" does={() => answer(option)} />
      ))}
      <input
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        placeholder="or in your own words"
        aria-label={`Answer to question ${question.id}`}
      />
      <button type="submit" disabled={text.trim() === ''}>
        Answer
      </button>
    </form>
  );
}

const titles: Readonly<Record<Attention['what'] | 'silent', string>> = {
  question: 'asks you',
  failed: 'failed',
  paused: 'Paused',
  reviews: 'Waits for reviewers',
  merge: 'Ready to merge',
  interrupted: 'Interrupted',
  collision: 'collides',
  silent: 'may be stuck',
};

const marks: Readonly<Record<Attention['what'] | 'silent', string>> = {
  question: '?',
  failed: '✗',
  paused: '⏸',
  reviews: '◔',
  merge: '◒',
  interrupted: '⏻',
  collision: '⤫',
  silent: '!',
};

/** What waits for a person, each with what to do about it. */
export function AttentionList({
  run,
  isShort = false,
}: {
  readonly run: Pick<RunPage, 'id' | 'attention'> & Partial<RunPage>;
  readonly isShort?: boolean;
}) {
  const silent = (run.tasks ?? []).flatMap((task) => {
    const silence = worryingSilence(task, now.value);
    return silence === null ? [] : [{ task: task.task, silence, last: task.activity }];
  });
  const shown = isShort ? run.attention.slice(0, 3) : run.attention;
  if (shown.length === 0 && silent.length === 0) return null;
  return (
    <ul class="attention" aria-label="Needs you">
      {shown.map((one) => (
        <li key={`${one.what} ${one.task} ${one.question?.id}`} class={`needs ${one.what}`}>
          <span class="mark" aria-hidden="true">
            {marks[one.what]}
          </span>
          <div class="what">
            <div>
              <strong>
                {one.task === null ? titles[one.what] : `Task ${one.task} ${titles[one.what]}`}
              </strong>{' '}
              {one.since !== null && <span class="quiet">{ago(one.since, now.value)}</span>}
            </div>
            <p>{one.message}</p>
            <Actions id={run.id} one={one} />
          </div>
        </li>
      ))}
      {silent.map(({ task, silence, last }) => (
        <li key={`silent ${task}`} class="needs silent">
          <span class="mark" aria-hidden="true">
            {marks.silent}
          </span>
          <div class="what">
            <strong>
              Task {task} {titles.silent}
            </strong>
            <p>
              No sign of life for {span(silence)}
              {last === null ? '' : `; the last was: ${last}`}
            </p>
            <div class="actions">
              <Act
                label={`Cancel task ${task}`}
                does={() => perform(run.id, 'cancel', { tasks: [task] })}
              />
            </div>
          </div>
        </li>
      ))}
      {run.attention.length > shown.length && (
        <li class="quiet">and {run.attention.length - shown.length} more</li>
      )}
    </ul>
  );
}

function Actions({ id, one }: { readonly id: string; readonly one: Attention }) {
  switch (one.what) {
    case 'question':
      return one.question === null ? null : <AnswerBox id={id} question={one.question} />;
    case 'paused':
      return <Act label="Continue" does={() => perform(id, 'continue', {})} />;
    case 'interrupted':
      return <Act label="Go on" class="main" does={() => perform(id, 'resume', {})} />;
    case 'merge':
      return <Act label="Merge" class="main" does={() => perform(id, 'merge', {})} />;
    case 'failed':
      // While others work, a failed task cannot begin again.
      return one.command === null || one.task === null ? null : (
        <Act label="Try again" does={() => perform(id, 'retry', { tasks: [one.task] })} />
      );
    case 'reviews':
    case 'collision':
      return null;
  }
}
