import { useState } from 'preact/hooks';
import type { RunPage } from '../src/dashboard/page-data.ts';
import { Link } from './link.tsx';
import { Act, AttentionList, perform } from './attention.tsx';
import { ChangeForm } from './change-form.tsx';
import { clock, dollars, roughly, span } from './format.ts';
import { taskLook, worryingSilence } from './looks.ts';
import { MergeView } from './merge-view.tsx';
import { Meter, Status } from './overview.tsx';
import { PlanView } from './plan-view.tsx';
import { ReviewView } from './review-view.tsx';
import { now, run as current, story, tabs, type Tab } from './state.ts';
import { TaskPanel } from './task/task-panel.tsx';
import { Timeline } from './timeline.tsx';

/** One run: how it stands, what it needs, and one way to look at it. */
export function RunView({
  id,
  tab,
  task,
}: {
  readonly id: string;
  readonly tab: Tab;
  readonly task: number | null;
}) {
  const run = current.value;
  if (run === null || run.id !== id) return <p class="quiet pad">Reading its journal…</p>;
  const row = run.tasks.find((one) => one.task === task);
  return (
    <div class={row === undefined ? 'run' : 'run with-panel'}>
      <div class="run-main">
        <Head run={run} />
        <AttentionList run={run} />
        <nav class="tabs" aria-label="Views of the run">
          {tabs.map((one) => (
            <Link key={one} to={{ page: 'run', id, tab: one, task: null }} isHere={one === tab}>
              {one[0]?.toUpperCase()}
              {one.slice(1)}
            </Link>
          ))}
        </nav>
        {tab === 'timeline' && <Timeline run={run} />}
        {tab === 'plan' && <PlanView run={run} />}
        {tab === 'merge' && <MergeView run={run} />}
        {tab === 'review' && <ReviewView run={run} />}
        {tab === 'story' && <Story />}
      </div>
      {row !== undefined && <TaskPanel key={row.task} run={run} row={row} tab={tab} />}
    </div>
  );
}

function Head({ run }: { readonly run: RunPage }) {
  const [isChanging, setChanging] = useState(false);
  const isOpen = run.status === 'running' || run.status === 'paused' || run.status === 'planning';
  return (
    <section class="head">
      <div class="head-line">
        <Status run={run} />
        <h1 title={run.title}>{run.title}</h1>
        <div class="actions">
          {isOpen && (
            <Act
              label={run.isPaused ? 'Continue' : 'Pause'}
              keyName="p"
              does={() => perform(run.id, run.isPaused ? 'continue' : 'pause', {})}
            />
          )}
          {isOpen && (
            <button
              type="button"
              aria-expanded={isChanging}
              onClick={() => setChanging(!isChanging)}
            >
              Change…
            </button>
          )}
          {isOpen && <CancelRun id={run.id} />}
        </div>
      </div>
      {isChanging && <ChangeForm id={run.id} onDone={() => setChanging(false)} />}
      <dl class="facts">
        <Fact name={run.endedAt === null ? 'Ends' : 'Ended'} isMain>
          {endWords(run)}
        </Fact>
        <Fact name="Tasks">
          {run.succeeded} of {run.total} done <Meter done={run.succeeded} of={run.total} />
        </Fact>
        <Fact name="Agents">
          {run.tasks.filter(({ status }) => status === 'running').length} of {run.workers}
        </Fact>
        <Fact name="Cost">
          {dollars(run.costUsd)}
          {run.maxCostUsd !== null && <span class="quiet"> of {dollars(run.maxCostUsd)}</span>}
        </Fact>
        <Fact name="Issue">{run.issue}</Fact>
        <Fact name="Base">
          {run.base.branch} <code>{run.base.sha.slice(0, 7)}</code>
        </Fact>
        <Fact name="Merges">{run.merge}</Fact>
      </dl>
      <Counts run={run} />
      {run.standstill !== null && <p class="standstill">⏸ {run.standstill}</p>}
      {!run.isWhole && (
        <p class="damage">Its journal is damaged: this is as far as it can be read.</p>
      )}
    </section>
  );
}

function Fact({
  name,
  children,
  isMain = false,
}: {
  readonly name: string;
  readonly isMain?: boolean;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <div class={isMain ? 'fact main' : 'fact'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function endWords(run: RunPage): preact.ComponentChildren {
  if (run.endedAt !== null && run.foreseenEnd === null)
    return `${clock(run.endedAt, now.value)}, after ${span(Date.parse(run.endedAt) - Date.parse(run.startedAt))}`;
  if (run.foreseenEnd === null) return run.status === 'planning' ? 'not planned yet' : '–';
  const left = Date.parse(run.foreseenEnd) - now.value;
  const held = heldWords(run);
  if (held !== null)
    return (
      <>
        <strong>{held.words}</strong>
        {held.isForesight && <span class="quiet"> then {roughly(left)} of work</span>}
      </>
    );
  return (
    <>
      <strong>{clock(run.foreseenEnd, now.value)}</strong>{' '}
      <span class="quiet">{roughly(left)} left</span>
    </>
  );
}

/** What keeps the end from coming by itself, and whether what comes after it can be foreseen; null when nothing does. */
function heldWords({
  status,
  tasks,
  isPaused,
}: RunPage): { readonly words: string; readonly isForesight: boolean } | null {
  if (status === 'interrupted') return { words: 'stopped until you go on', isForesight: false };
  const silent = tasks.find((task) => worryingSilence(task, now.value) !== null);
  const isForesight = silent === undefined;
  const asking = tasks.filter(({ isAsking }) => isAsking).length;
  if (asking > 0) return { words: `waits for your answer${asking === 1 ? '' : 's'}`, isForesight };
  if (isPaused) return { words: 'paused', isForesight };
  return silent === undefined
    ? null
    : { words: `held up by task ${silent.task}`, isForesight: false };
}

function Counts({ run }: { readonly run: RunPage }) {
  const counts = new Map<string, { readonly mark: string; readonly tone: string; count: number }>();
  for (const task of run.tasks) {
    const { mark, tone, words } = taskLook(task, now.value);
    const known = counts.get(words);
    if (known === undefined) counts.set(words, { mark, tone, count: 1 });
    else known.count += 1;
  }
  return (
    <ul class="counts" aria-label="Tasks by state">
      {[...counts].map(([words, { mark, tone, count }]) => (
        <li key={words} class={tone}>
          <span aria-hidden="true">{mark}</span> {count} {words}
        </li>
      ))}
    </ul>
  );
}

function CancelRun({ id }: { readonly id: string }) {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <button type="button" onClick={() => setAsked(true)}>
        Cancel…
      </button>
    );
  return (
    <>
      <Act
        label="End all agents; their work is kept"
        class="danger"
        does={() => perform(id, 'cancel', {}).then(() => setAsked(false))}
      />
      <button type="button" onClick={() => setAsked(false)}>
        No
      </button>
    </>
  );
}

function Story() {
  return (
    <pre class="story" tabIndex={0} aria-label="Story of the run">
      {story.value.map(({ seq, text }) => (
        <div key={seq}>{text}</div>
      ))}
    </pre>
  );
}
