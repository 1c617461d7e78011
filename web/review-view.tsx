import { useEffect, useState } from 'preact/hooks';
import type { DiffPage, RunPage, TaskRow } from '../src/dashboard/page-data.ts';
import { readDiff } from './api.ts';
import { Act, perform } from './attention.tsx';
import { DiffView } from './diff-view.tsx';
import { counted } from './format.ts';
import { RemarkForm, RemarkText } from './remark-form.tsx';
import { dropRemarks, remarksOf, type Remark } from './remarks.ts';

/** The pull requests of a run in one sitting: each with its difference, remarks that go back to its agent, and the merge. */
export function ReviewView({ run }: { readonly run: RunPage }) {
  const open = run.tasks.filter(({ pull }) => pull?.state === 'open');
  const [seen, setSeen] = useState<ReadonlySet<number>>(new Set());
  if (open.length === 0)
    return (
      <p class="quiet pad">
        No pull request waits for a review.{' '}
        {run.tasks.some(({ status }) => status === 'merged') &&
          `${counted(run.tasks.filter(({ status }) => status === 'merged').length, 'task')} merged.`}
      </p>
    );
  return (
    <div class="review">
      <Sitting run={run} open={open} seen={seen} />
      {open.map((task) => (
        <Pull
          key={task.task}
          run={run}
          task={task}
          isSeen={seen.has(task.task)}
          onSeen={(is) => {
            const others = [...seen].filter((one) => one !== task.task);
            setSeen(new Set(is ? [...others, task.task] : others));
          }}
        />
      ))}
    </div>
  );
}

/** How far a reviewer has come, and what comes of it: remarks go back, the rest is merged. */
function Sitting({
  run,
  open,
  seen,
}: {
  readonly run: RunPage;
  readonly open: readonly TaskRow[];
  readonly seen: ReadonlySet<number>;
}) {
  const remarks = remarksOf(run.id);
  const verified = open.filter(({ status }) => status === 'completed');
  const isOver = run.endedAt !== null;
  return (
    <div class="sitting">
      <p>
        <strong>
          {open.filter(({ task }) => seen.has(task)).length} of{' '}
          {counted(open.length, 'pull request')}
        </strong>{' '}
        looked at
        {remarks.length > 0 && `, ${counted(remarks.length, 'remark')} to send`}.
        {!isOver && ' They can be sent back and merged once the run has ended.'}
      </p>
      {isOver && (
        <div class="actions">
          {remarks.length > 0 && (
            <Act
              label={`Send ${counted(remarks.length, 'remark')} back to the agents`}
              class="main"
              does={() => sendBack(run.id, remarks)}
            />
          )}
          {remarks.length === 0 && verified.length > 0 && (
            <Act
              label={`Approve and merge ${counted(verified.length, 'pull request')}`}
              class="main"
              does={() => perform(run.id, 'merge', {})}
            />
          )}
        </div>
      )}
    </div>
  );
}

async function sendBack(run: string, remarks: readonly Remark[]): Promise<void> {
  if (await perform(run, 'address', { remarks })) dropRemarks(run, remarks);
}

type PullProps = {
  readonly run: RunPage;
  readonly task: TaskRow;
  readonly isSeen: boolean;
  readonly onSeen: (is: boolean) => void;
};

function Pull({ run, task, isSeen, onSeen }: PullProps) {
  const [isOpen, setOpen] = useState(false);
  const [diff, setDiff] = useState<DiffPage | null>(null);
  const isAtWork = task.status !== 'completed';
  useEffect(() => {
    if (!isOpen) return;
    readDiff(run.id, task.task).then(setDiff, (error: Error) =>
      setDiff({ text: '', isCut: false, why: error.message }),
    );
    // What comes back from its agent is another difference.
  }, [isOpen, task.status]);
  const remarks = remarksOf(run.id).filter((one) => one.task === task.task);
  return (
    <details
      class="pull"
      open={isOpen}
      onToggle={(event) => {
        // Those of its files bubble up to here.
        if (event.target === event.currentTarget) setOpen(event.currentTarget.open);
      }}
    >
      <summary>
        <span aria-hidden="true">{isSeen ? '✓' : '○'}</span> #{task.pull?.number} {task.title}{' '}
        <span class="quiet">
          +{task.added} −{task.removed} in {counted(task.files, 'file')}
          {isAtWork && ', with its agent'}
          {remarks.length > 0 && `, ${counted(remarks.length, 'remark')}`}
        </span>
      </summary>
      <div class="pull-inside">
        {diff === null ? (
          <p class="quiet">Reading…</p>
        ) : (
          <DiffView diff={diff} reviewed={{ run: run.id, task: task.task }} />
        )}
        <Whole run={run.id} task={task.task} />
        <label>
          <input
            type="checkbox"
            checked={isSeen}
            onChange={(event) => onSeen(event.currentTarget.checked)}
          />{' '}
          I have looked at #{task.pull?.number}
        </label>
      </div>
    </details>
  );
}

/** A remark on the whole pull request. */
function Whole({ run, task }: { readonly run: string; readonly task: number }) {
  const [isWriting, setWriting] = useState(false);
  const one = remarksOf(run).find((other) => other.task === task && other.path === null);
  if (isWriting)
    return (
      <RemarkForm
        run={run}
        place={{ task, path: null, line: null }}
        onDone={() => setWriting(false)}
      />
    );
  return one === undefined ? (
    <div class="actions">
      <button type="button" onClick={() => setWriting(true)}>
        Remark on the whole…
      </button>
    </div>
  ) : (
    <RemarkText run={run} one={one} onChange={() => setWriting(true)} />
  );
}
