import type { RunCard } from '../src/dashboard/page-data.ts';
import { Link } from './link.tsx';
import { AttentionList } from './attention.tsx';
import { ago, dollars } from './format.ts';
import { runLook } from './looks.ts';
import { now, overview } from './state.ts';

const open = new Set<RunCard['status']>(['planning', 'running', 'paused']);

/** All runs: what needs somebody, what runs, and what is done. */
export function OverviewPage() {
  const found = overview.value;
  if (found === null) return <p class="quiet pad">Reading the journals…</p>;
  const needing = found.runs.filter(({ attention }) => attention.length > 0);
  const running = found.runs.filter((one) => open.has(one.status) && one.attention.length === 0);
  const done = found.runs.filter((one) => !open.has(one.status) && one.attention.length === 0);
  return (
    <div class="overview">
      <h1 class="unseen">All runs</h1>
      {found.leftOut.map((words) => (
        <p key={words} class="damage">
          {words}
        </p>
      ))}
      {found.runs.length === 0 && (
        <div class="empty">
          <h2>Nothing was run yet</h2>
          <p>
            In a repository: <code>flotilla orchestrate issue.md</code>, or{' '}
            <code>flotilla demo</code> to see one.
          </p>
        </div>
      )}
      <Group title="Needs you" runs={needing} isShown />
      <Group title="Runs" runs={running} />
      <Group title="Done" runs={done} />
    </div>
  );
}

function Group({
  title,
  runs,
  isShown = false,
}: {
  readonly title: string;
  readonly runs: readonly RunCard[];
  readonly isShown?: boolean;
}) {
  if (runs.length === 0) return null;
  return (
    <section>
      <h2>
        {title} <span class="count">{runs.length}</span>
      </h2>
      <ul class="cards">
        {runs.map((run) => (
          <li key={run.id} class="card">
            <Link to={{ page: 'run', id: run.id, tab: 'timeline', task: null }} class="card-head">
              <Status run={run} />
              <span class="card-title">{run.title}</span>
              <span class="card-count">
                {run.succeeded}/{run.total}
              </span>
            </Link>
            <div class="card-foot">
              <span>{run.issue}</span>
              <span title={run.repository}>{run.repository.split('/').at(-1)}</span>
              <span>{dollars(run.costUsd)}</span>
              <span>{ago(run.updatedAt, now.value)}</span>
              {!run.isWhole && <span class="bad">as far as its journal can be read</span>}
            </div>
            <Meter done={run.succeeded} of={run.total} />
            {isShown && <AttentionList run={run} isShort />}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Status({ run }: { readonly run: Pick<RunCard, 'status'> }) {
  const { mark, tone, words } = runLook(run);
  return (
    <span class={`status ${tone}`}>
      <span aria-hidden="true">{mark}</span> {words}
    </span>
  );
}

export function Meter({ done, of }: { readonly done: number; readonly of: number }) {
  return (
    <progress
      class="meter"
      value={done}
      max={Math.max(1, of)}
      aria-label={`${done} of ${of} tasks succeeded`}
    />
  );
}
