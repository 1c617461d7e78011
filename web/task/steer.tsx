import { useState } from 'preact/hooks';
import type { RunPage, TaskRow } from '../../src/dashboard/page-data.ts';
import { Act, perform } from '../attention.tsx';

/** What can be done to a task: words to its agent, its end, another try. */
export function Steer({ run, row }: { readonly run: RunPage; readonly row: TaskRow }) {
  const [words, setWords] = useState('');
  const isOpen = row.status === 'running' || row.status === 'queued' || row.status === 'blocked';
  if (!isOpen) {
    const isFailed = row.status === 'failed' || row.status === 'cancelled';
    return isFailed && run.endedAt !== null ? (
      <div class="actions">
        <Act label="Try again" does={() => perform(run.id, 'retry', { tasks: [row.task] })} />
      </div>
    ) : null;
  }
  const tell = (): Promise<unknown> =>
    perform(run.id, 'tell', { task: row.task, text: words }).then(
      (isDone) => isDone && setWords(''),
    );
  return (
    <form
      class="tell"
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() !== '') void tell();
      }}
    >
      <input
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
        placeholder="Tell its agent something: its turn ends, and it continues with your words"
        aria-label={`Tell the agent of task ${row.task}`}
      />
      <button type="submit" disabled={words.trim() === ''}>
        Tell
      </button>
      {row.status === 'running' ? (
        <Act label="Cancel" does={() => perform(run.id, 'cancel', { tasks: [row.task] })} />
      ) : (
        <Act label="Skip" does={() => perform(run.id, 'skip', { task: row.task })} />
      )}
    </form>
  );
}
