import { useEffect, useState } from 'preact/hooks';
import type { DiffPage, RunPage, TaskRow } from '../src/dashboard/page-data.ts';
import { readDiff } from './api.ts';
import { Act, perform } from './attention.tsx';
import { DiffView } from './diff-view.tsx';
import { counted } from './format.ts';

/** The pull requests of a run in one sitting: each with its difference, one after the other. */
export function ReviewView({ run }: { readonly run: RunPage }) {
  const open = run.tasks.filter(({ pull }) => pull?.state === 'open');
  const [seen, setSeen] = useState<ReadonlySet<number>>(new Set());
  if (open.length === 0) return <p class="quiet pad">No pull request waits for a review.</p>;
  return (
    <div class="review">
      <p>
        {counted(open.length, 'pull request')} open,{' '}
        {open.filter(({ task }) => seen.has(task)).length} looked at.{' '}
        {run.endedAt !== null && (
          <Act
            label="Merge all that are verified"
            class="main"
            does={() => perform(run.id, 'merge', {})}
          />
        )}
      </p>
      {open.map((task) => (
        <Pull
          key={task.task}
          run={run}
          task={task}
          isSeen={seen.has(task.task)}
          onSeen={() => setSeen(new Set([...seen, task.task]))}
        />
      ))}
    </div>
  );
}

function Pull({
  run,
  task,
  isSeen,
  onSeen,
}: {
  readonly run: RunPage;
  readonly task: TaskRow;
  readonly isSeen: boolean;
  readonly onSeen: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [diff, setDiff] = useState<DiffPage | null>(null);
  useEffect(() => {
    if (!isOpen || diff !== null) return;
    readDiff(run.id, task.task).then(setDiff, (error: Error) =>
      setDiff({ text: '', isCut: false, why: error.message }),
    );
  }, [isOpen]);
  return (
    <details
      class="pull"
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        if (!event.currentTarget.open) onSeen();
      }}
    >
      <summary>
        <span aria-hidden="true">{isSeen ? '✓' : '○'}</span> #{task.pull?.number} {task.title}{' '}
        <span class="quiet">
          +{task.added} −{task.removed} in {counted(task.files, 'file')}
        </span>
      </summary>
      {diff === null ? <p class="quiet">Reading…</p> : <DiffView diff={diff} />}
    </details>
  );
}
