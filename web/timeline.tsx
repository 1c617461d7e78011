import { useEffect, useRef, useState } from 'preact/hooks';
import type { PlanEdge, RunPage, TaskRow } from '../src/dashboard/page-data.ts';
import { clock, dollars, span } from './format.ts';
import { taskLook, worryingSilence } from './looks.ts';
import { chosen, go, now, route } from './state.ts';

const rowHeight = 34;
/** Rows beyond the visible ones that are drawn, so that scrolling finds them there. */
const spare = 6;

type Scale = { readonly from: number; readonly to: number };

/** The share of the width at which a time lies, in percent. */
function at({ from, to }: Scale, time: string | number): number {
  const ms = typeof time === 'number' ? time : Date.parse(time);
  return Math.min(100, Math.max(0, ((ms - from) / Math.max(1, to - from)) * 100));
}

/** Tasks over time: what was done, what is, and when the rest should be. Only the rows in view are in the page. */
export function Timeline({ run }: { readonly run: RunPage }) {
  const box = useRef<HTMLDivElement>(null);
  const [{ top, height, width }, setView] = useState({ top: 0, height: 900, width: 800 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = (): void =>
      setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  useEffect(() => {
    const index = run.tasks.findIndex(({ task }) => task === chosen.value);
    const element = box.current;
    if (element === null || index < 0) return;
    const y = index * rowHeight;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = y + rowHeight - element.clientHeight;
  }, [chosen.value]);

  if (run.tasks.length === 0) return <p class="quiet pad">It is being planned.</p>;
  const scale = scaleOf(run);
  const clashes = run.edges.filter(({ kind }) => kind === 'collides');
  // The names of the tasks take their part of the width.
  const ticks = ticksOf(scale, Math.max(2, Math.floor((width * 0.6) / 80)));
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(run.tasks.length, Math.ceil((top + height) / rowHeight) + spare);
  return (
    <div class="timeline">
      <div class="axis" aria-hidden="true">
        <span />
        <div class="ticks">
          {ticks.times.map((tick) => (
            <span key={tick} style={{ left: `${at(scale, tick)}%` }}>
              {clock(new Date(tick).toISOString(), now.value, ticks.step < 60_000)}
            </span>
          ))}
        </div>
      </div>
      <div class="lanes" ref={box}>
        <ol style={{ height: `${run.tasks.length * rowHeight}px` }} aria-label="Tasks">
          {run.tasks.slice(first, last).map((task, index) => (
            <Row
              key={task.task}
              task={task}
              scale={scale}
              isEnded={run.endedAt !== null && run.foreseenEnd === null}
              until={task.isWatched ? now.value : Date.parse(run.updatedAt)}
              y={(first + index) * rowHeight}
              place={{ index: first + index, of: run.tasks.length }}
              clashes={clashes.filter(({ from, to }) => from === task.task || to === task.task)}
            />
          ))}
        </ol>
        {clashes.map((edge) => (
          <Clash key={`${edge.from} ${edge.to}`} edge={edge} run={run} scale={scale} />
        ))}
      </div>
      <Legend />
    </div>
  );
}

/** Joins the two lanes whose work collides, at the time that it is now. */
function Clash({
  edge,
  run,
  scale,
}: {
  readonly edge: PlanEdge;
  readonly run: RunPage;
  readonly scale: Scale;
}) {
  const rows = [edge.from, edge.to].map((of) => run.tasks.findIndex(({ task }) => task === of));
  const [upper, lower] = [Math.min(...rows), Math.max(...rows)];
  if (upper < 0) return null;
  const isWatched = run.tasks[upper]?.isWatched ?? true;
  const share = at(scale, isWatched ? now.value : Date.parse(run.updatedAt)) / 100;
  return (
    <span
      class="clash"
      aria-hidden="true"
      style={{
        left: `calc(var(--head) + (100% - var(--head)) * ${share})`,
        top: `${(upper + 0.5) * rowHeight}px`,
        height: `${(lower - upper) * rowHeight}px`,
      }}
    />
  );
}

function scaleOf(run: RunPage): Scale {
  const from = Date.parse(run.startedAt);
  const ends = [run.foreseenEnd, run.endedAt].flatMap((time) =>
    time === null ? [] : [Date.parse(time)],
  );
  const isOver = run.endedAt !== null && run.foreseenEnd === null;
  const to = Math.max(...ends, isOver ? 0 : now.value, from + 10_000);
  return { from, to: to + (to - from) * 0.02 };
}

const steps = [5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1_000,
);

function ticksOf(
  { from, to }: Scale,
  most: number,
): { readonly times: number[]; readonly step: number } {
  const step = steps.find((one) => (to - from) / one <= most) ?? 86_400_000 * 7;
  const times: number[] = [];
  for (let time = Math.ceil(from / step) * step; time < to; time += step) times.push(time);
  return { times, step };
}

function Row({
  task,
  scale,
  y,
  isEnded,
  until,
  place,
  clashes,
}: {
  readonly task: TaskRow;
  readonly scale: Scale;
  readonly y: number;
  readonly isEnded: boolean;
  /** Up to when anything is known; milliseconds since 1970. */
  readonly until: number;
  /** Which of all rows it is: only those in view are in the page. */
  readonly place: { readonly index: number; readonly of: number };
  readonly clashes: readonly PlanEdge[];
}) {
  const look = taskLook(task, now.value);
  const end = isEnded ? scale.to : until;
  const open = (): void => {
    const to = route.value;
    chosen.value = task.task;
    if (to.page === 'run') go({ ...to, task: task.task });
  };
  return (
    <li
      class={`lane ${look.tone}${clashes.length > 0 ? ' clashing' : ''}${chosen.value === task.task ? ' chosen' : ''}`}
      aria-setsize={place.of}
      aria-posinset={place.index + 1}
      style={{ transform: `translateY(${y}px)` }}
    >
      <button
        type="button"
        class="lane-head"
        onClick={open}
        title={task.title}
        data-task={task.task}
      >
        <span class="lane-number">{task.task}</span>
        <span class="lane-title">{task.title}</span>
        <span class="lane-state">
          <span aria-hidden="true">{look.mark}</span> <span class="state-words">{look.words}</span>
        </span>
      </button>
      <div class="lane-bars">
        <span class="now" style={{ left: `${at(scale, end)}%` }} hidden={isEnded} />
        <Bars task={task} scale={scale} end={end} />
        <Doing task={task} clashes={clashes} place={doingPlace(task, scale, end)} />
      </div>
    </li>
  );
}

/** What was done in a lane, what is, and what is expected. */
function Bars({
  task,
  scale,
  end,
}: {
  readonly task: TaskRow;
  readonly scale: Scale;
  /** Where what is not over ends for now; milliseconds since 1970. */
  readonly end: number;
}) {
  const silence = worryingSilence(task, now.value);
  return (
    <>
      {task.bars.map((bar) => {
        const [left, right] = [at(scale, bar.from), at(scale, bar.to ?? end)];
        return (
          <span
            key={bar.from + bar.kind}
            class={`bar ${bar.kind}${bar.isBad ? ' red' : ''}${bar.to === null ? ' open' : ''}`}
            style={{ left: `${left}%`, width: `max(2px, ${right - left}%)` }}
            title={`${bar.note}: ${span((bar.to === null ? end : Date.parse(bar.to)) - Date.parse(bar.from))}`}
          />
        );
      })}
      {task.waits.map((wait) => {
        const [left, right] = [at(scale, wait.from), at(scale, wait.to ?? end)];
        return (
          <span
            key={wait.from + wait.kind}
            class={`wait ${wait.kind}`}
            style={{ left: `${left}%`, width: `max(3px, ${right - left}%)` }}
            title={wait.kind === 'asking' ? 'waited for a person' : 'no sign of life'}
          />
        );
      })}
      {silence !== null && (
        <span
          class="wait silent"
          style={{
            left: `${at(scale, now.value - silence)}%`,
            width: `${at(scale, now.value) - at(scale, now.value - silence)}%`,
          }}
          title={`no sign of life for ${span(silence)}`}
        />
      )}
      {task.foreseen !== null && task.isWatched && (
        <span
          class="ahead"
          style={{
            left: `${at(scale, Math.max(end, Date.parse(task.foreseen.from)))}%`,
            width: `${Math.max(0, at(scale, task.foreseen.to) - at(scale, Math.max(end, Date.parse(task.foreseen.from))))}%`,
          }}
          title={`expected until ${clock(task.foreseen.to, now.value)}`}
        />
      )}
    </>
  );
}

/** What goes on in a lane, and with whose work its own collides. */
function Doing({
  task,
  clashes,
  place,
}: {
  readonly task: TaskRow;
  readonly clashes: readonly PlanEdge[];
  readonly place: { readonly reached: number; readonly ahead: number };
}) {
  const words = doingWords(task);
  if (words === '' && clashes.length === 0) return null;
  return (
    <span class="doing" style={doingStyle(place, words)}>
      {clashes.map((edge) => (
        <strong key={`${edge.from} ${edge.to}`} class="bad">
          ⤫ {edge.from === task.task ? edge.to : edge.from}: {edge.paths.join(', ')}{' '}
        </strong>
      ))}
      {words}
    </span>
  );
}

function doingWords(task: TaskRow): string {
  if (task.status === 'running') return task.activity ?? '';
  if (task.waitsFor !== null) return `waits for ${task.waitsFor}`;
  if (task.failure !== null) return task.failure;
  if (task.left !== null) return task.left;
  if (task.pull !== null) {
    const lines = task.files === 0 ? '' : `  +${task.added} −${task.removed}`;
    const cost = task.costUsd === null ? '' : `  ${dollars(task.costUsd)}`;
    return `#${task.pull.number}${lines}${cost}`;
  }
  return '';
}

/** The shares of the width up to which bars reach, without and with what is expected. */
function doingPlace(
  task: TaskRow,
  scale: Scale,
  end: number,
): { readonly reached: number; readonly ahead: number } {
  const lastBar = task.bars.at(-1);
  const reached = lastBar === undefined ? 0 : at(scale, lastBar.to ?? end);
  return { reached, ahead: task.foreseen === null ? reached : at(scale, task.foreseen.to) };
}

/** Behind the last bar where there is room, else before the right end. */
function doingStyle(
  { reached, ahead }: { readonly reached: number; readonly ahead: number },
  words: string,
): Readonly<Record<string, string>> {
  const hasRoom = reached < (words.length <= 24 ? 78 : 55);
  return hasRoom
    ? { left: `calc(${reached}% + 8px)` }
    : { right: `calc(${100 - Math.min(reached, ahead)}% + 8px)` };
}

function Legend() {
  return (
    <p class="legend">
      <span class="key setup" /> setup <span class="key agent" /> agent <span class="key check" />{' '}
      checks <span class="key publish" /> pull request <span class="key merge" /> merge{' '}
      <span class="key asking" /> asks you <span class="key silent" /> silent{' '}
      <span class="key ahead" /> expected{' '}
      <span class="bad" aria-hidden="true">
        ⤫
      </span>{' '}
      collides with
    </p>
  );
}
