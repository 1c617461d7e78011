import { useEffect, useState } from 'preact/hooks';
import type { DiffPage, TaskRow } from '../../src/dashboard/page-data.ts';
import { readDiff } from '../api.ts';
import { Act } from '../attention.tsx';
import { DiffView } from '../diff-view.tsx';

/** What its branch changes, also while it grows. */
export function Changes({ id, row }: { readonly id: string; readonly row: TaskRow }) {
  const [diff, setDiff] = useState<DiffPage | null>(null);
  const look = (): Promise<void> =>
    readDiff(id, row.task).then(setDiff, (error: Error) =>
      setDiff({ text: '', isCut: false, why: error.message }),
    );
  useEffect(() => void look(), [id, row.task, row.status]);
  return (
    <>
      {row.status === 'running' && <Act label="Look again" does={look} />}
      {diff === null ? <p class="quiet">Reading…</p> : <DiffView diff={diff} />}
    </>
  );
}
