import { useState } from 'preact/hooks';
import type { Attention, RunPage } from '../src/dashboard/page-data.ts';
import { act } from './api.ts';
import { ago, counted, span } from './format.ts';
import { Link } from './link.tsx';
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

type Kind = Attention['what'] | 'silent';

/** What of a run needs a person, as the list has it: of the server's, and agents that may be stuck. */
type Need = Omit<Attention, 'what'> & { readonly what: Kind };

const titles: Readonly<Record<Kind, string>> = {
  question: 'asks you',
  failed: 'failed',
  paused: 'Paused',
  reviews: 'Waits for reviewers',
  merge: 'Ready to merge',
  interrupted: 'Interrupted',
  collision: 'Collision',
  silent: 'may be stuck',
};

const marks: Readonly<Record<Kind, string>> = {
  question: '?',
  failed: '✗',
  paused: '⏸',
  reviews: '◔',
  merge: '◒',
  interrupted: '■',
  collision: '⤫',
  silent: '!',
};

/** What stands still while nobody acts comes first; what has failed will still have failed in a minute. */
const urgency: readonly Kind[] = [
  ...(['interrupted', 'paused', 'question', 'silent'] as const),
  ...(['collision', 'reviews', 'merge', 'failed'] as const),
];

/** What many of a kind are called. */
const many: Readonly<Partial<Record<Kind, string>>> = {
  question: 'more question',
  silent: 'more silent agent',
  collision: 'more collision',
  failed: 'failed task',
};

/** So many cards leave the timeline in view; of more, one of each kind is shown and the rest folded. */
const mostCards = 3;

function needsOf(run: Pick<RunPage, 'attention'> & Partial<RunPage>): readonly Need[] {
  const silent = (run.tasks ?? []).flatMap((task): Need[] => {
    const silence = worryingSilence(task, now.value);
    if (silence === null) return [];
    const last = task.activity === null ? '' : `; the last was: ${task.activity}`;
    const message = `No sign of life for ${span(silence)}${last}`;
    return [
      { what: 'silent', task: task.task, message, since: null, question: null, command: null },
    ];
  });
  const needs: readonly Need[] = [...run.attention, ...silent];
  return needs.toSorted((one, other) => urgency.indexOf(one.what) - urgency.indexOf(other.what));
}

/** What waits for a person, each with what to do about it. */
export function AttentionList({
  run,
  isShort = false,
}: {
  readonly run: Pick<RunPage, 'id' | 'attention'> & Partial<RunPage>;
  readonly isShort?: boolean;
}) {
  const needs = needsOf(run);
  if (needs.length === 0) return null;
  const most = isShort ? 1 : mostCards;
  const groups = urgency.map((what) => needs.filter((one) => one.what === what));
  return (
    <section aria-label="Needs you" class="attention-box">
      <ul class="attention">
        {groups.flatMap((group) =>
          shownOf(group, needs.length > most).map((one) => (
            <Item key={keyOf(one)} id={run.id} one={one} />
          )),
        )}
      </ul>
      <div class="folds">
        {groups.map((group) => {
          const folded = group.slice(shownOf(group, needs.length > most).length);
          return folded.length === 0 ? null : (
            <Folded key={group[0]?.what} id={run.id} folded={folded} />
          );
        })}
      </div>
    </section>
  );
}

function shownOf(group: readonly Need[], isFolded: boolean): readonly Need[] {
  if (!isFolded || group.length === 1) return group;
  return group[0]?.what === 'failed' ? [] : group.slice(0, 1);
}

function keyOf({ what, task, question, message }: Need): string {
  return `${what} ${task} ${question?.id ?? (what === 'collision' ? message : '')}`;
}

/** Many of one kind as one line, which opens. */
function Folded({ id, folded }: { readonly id: string; readonly folded: readonly Need[] }) {
  const [first] = folded;
  if (first === undefined) return null;
  const tasks = folded.flatMap(({ task }) => task ?? []);
  const again = folded.flatMap(({ what, task, command }) =>
    what === 'failed' && command !== null && task !== null ? [task] : [],
  );
  return (
    <details class={`folded ${first.what}`}>
      <summary>
        <span class="mark" aria-hidden="true">
          {marks[first.what]}
        </span>{' '}
        <strong>{counted(folded.length, many[first.what] ?? 'more such thing')}</strong>{' '}
        <span class="quiet">
          {tasks.slice(0, 12).join(', ')}
          {tasks.length > 12 && ', …'}
          {first.what === 'failed' && `. ${commonReason(folded)}`}
        </span>
      </summary>
      {again.length > 1 && (
        <Act
          label={`Try all ${again.length} again`}
          does={() => perform(id, 'retry', { tasks: again })}
        />
      )}
      <ul class="attention">
        {folded.map((one) => (
          <Item key={keyOf(one)} id={id} one={one} />
        ))}
      </ul>
    </details>
  );
}

/** The reason that most of the failures begin with, and of how many. */
function commonReason(failed: readonly Need[]): string {
  const reasons = failed.map(({ message }) => message.split(':')[0] ?? '');
  const counts = [...new Set(reasons)].map((reason) => ({
    reason,
    count: reasons.filter((one) => one === reason).length,
  }));
  const [first] = counts.toSorted((one, other) => other.count - one.count);
  return first === undefined ? '' : `${first.count} of them: ${first.reason}`;
}

function Item({ id, one }: { readonly id: string; readonly one: Need }) {
  return (
    <li class={`needs ${one.what}`}>
      <span class="mark" aria-hidden="true">
        {marks[one.what]}
      </span>
      <div class="what">
        <div>
          <strong>
            <Title id={id} one={one} />
          </strong>{' '}
          {one.since !== null && <span class="quiet">{ago(one.since, now.value)}</span>}
        </div>
        <p title={one.message}>{one.message}</p>
        <Actions id={id} one={one} />
      </div>
    </li>
  );
}

function Title({ id, one: { what, task } }: { readonly id: string; readonly one: Need }) {
  if (task === null || what === 'collision') return <>{titles[what]}</>;
  return (
    <>
      <Link to={{ page: 'run', id, tab: 'timeline', task }}>Task {task}</Link> {titles[what]}
    </>
  );
}

function Actions({ id, one }: { readonly id: string; readonly one: Need }) {
  switch (one.what) {
    case 'question':
      return one.question === null ? null : <AnswerBox id={id} question={one.question} />;
    case 'paused':
      return <Act label="Continue" does={() => perform(id, 'continue', {})} />;
    case 'interrupted':
      return <Act label="Go on" class="main" does={() => perform(id, 'resume', {})} />;
    case 'merge':
      return (
        <div class="actions">
          <Link to={{ page: 'run', id, tab: 'review', task: null }} class="button main">
            Review
          </Link>
          <Act label="Merge" does={() => perform(id, 'merge', {})} />
        </div>
      );
    case 'failed':
      // While others work, a failed task cannot begin again.
      return one.task === null ? null : (
        <div class="actions">
          {one.command !== null && (
            <Act label="Try again" does={() => perform(id, 'retry', { tasks: [one.task] })} />
          )}
          {one.command === null && (
            <span class="quiet">It can be tried again when the run is over.</span>
          )}
          <SeeOutput id={id} task={one.task} />
        </div>
      );
    case 'silent':
      return one.task === null ? null : (
        <div class="actions">
          <SeeOutput id={id} task={one.task} />
          <Act
            label={`Cancel task ${one.task}`}
            does={() => perform(id, 'cancel', { tasks: [one.task] })}
          />
        </div>
      );
    case 'reviews':
    case 'collision':
      return null;
  }
}

function SeeOutput({ id, task }: { readonly id: string; readonly task: number }) {
  return (
    <Link to={{ page: 'run', id, tab: 'timeline', task }} class="button">
      See its output
    </Link>
  );
}
