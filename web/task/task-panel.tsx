import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunPage, TaskPage, TaskRow } from '../../src/dashboard/page-data.ts';
import { readTask } from '../api.ts';
import { AnswerBox } from '../attention.tsx';
import { ago, dollars, span } from '../format.ts';
import { taskLook } from '../looks.ts';
import { go, now, say, type Tab } from '../state.ts';
import { Changes } from './changes.tsx';
import { Log } from './log.tsx';
import { Steer } from './steer.tsx';
import { About, Checks, Files } from './task-parts.tsx';

const parts = ['Conversation', 'Changes', 'Checks', 'Files', 'About'] as const;
type Part = (typeof parts)[number];

/** One task, next to its run. */
export function TaskPanel({
  run,
  row,
  tab,
}: {
  readonly run: RunPage;
  readonly row: TaskRow;
  readonly tab: Tab;
}) {
  const [part, setPart] = useState<Part>('Conversation');
  const page = useTaskPage(run.id, row);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => returnFocus(before, row.task);
  }, []);
  const look = taskLook(row, now.value);
  const question = run.attention.find(
    (one) => one.what === 'question' && one.task === row.task,
  )?.question;
  const close = (): void => go({ page: 'run', id: run.id, tab, task: null });
  return (
    <section class="panel" aria-label={`Task ${row.task}`}>
      <header>
        <span class={`status ${look.tone}`}>
          <span aria-hidden="true">{look.mark}</span> {look.words}
        </span>
        <h2 ref={heading} tabIndex={-1}>
          {row.task}. {row.title}
        </h2>
        <button type="button" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      <PanelFacts row={row} branch={page?.branch ?? null} />
      {row.failure !== null && <p class="bad">{row.failure}</p>}
      {question !== null && question !== undefined && (
        <div class="asked">
          <p>{question.text}</p>
          <AnswerBox id={run.id} question={question} />
        </div>
      )}
      <Steer run={run} row={row} />
      <nav class="tabs small" aria-label="Parts of the task">
        {parts.map((one) => (
          <button
            key={one}
            type="button"
            class={one === part ? 'here' : ''}
            aria-pressed={one === part}
            onClick={() => setPart(one)}
          >
            {one}
          </button>
        ))}
      </nav>
      {part === 'Conversation' && <Log id={run.id} row={row} />}
      {part === 'Changes' && <Changes id={run.id} row={row} />}
      {part === 'Checks' && <Checks page={page} />}
      {part === 'Files' && <Files page={page} />}
      {part === 'About' && <About page={page} />}
    </section>
  );
}

/** To what opened the panel, or to the lane of its task. */
function returnFocus(before: Element | null, task: number): void {
  queueMicrotask(() => {
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (!isFree) return;
    const lane = document.querySelector<HTMLElement>(`[data-task="${task}"]`);
    const isThere = before instanceof HTMLElement && before.isConnected && before.tabIndex >= 0;
    (isThere ? before : lane)?.focus();
  });
}

function PullLink({ pull }: { readonly pull: NonNullable<TaskRow['pull']> }) {
  const words = `#${pull.number} ${pull.state}`;
  return /^https?:\/\//u.test(pull.url) ? (
    <a href={pull.url} rel="noreferrer noopener" target="_blank">
      {words}
    </a>
  ) : (
    <span>{words}</span>
  );
}

/** What the server knows of a task beyond its row, read again when that changes. */
function useTaskPage(id: string, row: TaskRow): TaskPage | null {
  const [page, setPage] = useState<TaskPage | null>(null);
  useEffect(() => {
    let isHere = true;
    readTask(id, row.task).then(
      (found) => isHere && setPage(found),
      (error: Error) => isHere && say(error.message, true),
    );
    return () => void (isHere = false);
  }, [id, row.task, row.status, row.attempts, row.isAsking, row.bars.length]);
  return page;
}

function PanelFacts({ row, branch }: { readonly row: TaskRow; readonly branch: string | null }) {
  return (
    <p class="panel-facts">
      {row.activityAt !== null && row.status === 'running' && (
        <span>seen {ago(row.activityAt, now.value)}</span>
      )}
      {row.startedAt !== null && (
        <span>
          {span(
            (row.endedAt === null ? now.value : Date.parse(row.endedAt)) -
              Date.parse(row.startedAt),
          )}
        </span>
      )}
      <span>{dollars(row.costUsd)}</span>
      {row.pull !== null && <PullLink pull={row.pull} />}
      {branch !== null && <code>{branch}</code>}
    </p>
  );
}
