import type { PlanEdge, RunPage, TaskRow } from '../src/dashboard/page-data.ts';
import { taskLook } from './looks.ts';
import { chosen, go, now, route } from './state.ts';

const box = { width: 240, height: 44, gapX: 70, gapY: 16 };

type Placed = { readonly task: TaskRow; readonly x: number; readonly y: number };

/** Who waits for whom, who may collide with whom, and on what evidence. */
export function PlanView({ run }: { readonly run: RunPage }) {
  if (run.tasks.length === 0) return <p class="quiet pad">It is being planned.</p>;
  const placed = place(run);
  const known = new Map(placed.map((one) => [one.task.task, one]));
  const width = Math.max(...placed.map(({ x }) => x)) + box.width + 20;
  const height = Math.max(...placed.map(({ y }) => y)) + box.height + 20;
  return (
    <div class="plan">
      <div class="graph" tabIndex={0} role="group" aria-label="Plan of the run">
        <svg
          width={width}
          height={height}
          role="group"
          aria-label={`${run.tasks.length} tasks and how they hang together; the list below says the same`}
        >
          {run.edges.map((edge) => (
            <Edge key={`${edge.kind} ${edge.from} ${edge.to}`} edge={edge} known={known} />
          ))}
          {placed.map((one) => (
            <Node key={one.task.task} one={one} />
          ))}
        </svg>
      </div>
      <ul class="edges">
        {run.edges.map((edge) => (
          <li key={`${edge.kind} ${edge.from} ${edge.to}`} class={edge.kind}>
            {edgeWords(edge)} <span class="quiet">{edge.evidence}</span>
          </li>
        ))}
        {run.edges.length === 0 && (
          <li class="quiet">Nothing hangs together: all tasks run side by side.</li>
        )}
      </ul>
      {run.findings.length > 0 && (
        <section>
          <h2>What planning found</h2>
          <ul class="findings">
            {run.findings.map(({ severity, message, advice }) => (
              <li key={message} class={severity}>
                <strong>{severity === 'info' ? 'note' : severity}</strong> {message}{' '}
                <span class="quiet">{advice}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function edgeWords({ kind, from, to }: PlanEdge): string {
  switch (kind) {
    case 'needs':
      return `Task ${to} needs task ${from}.`;
    case 'stack':
      return `Task ${to} is stacked on task ${from}.`;
    case 'overlap':
      return `Tasks ${from} and ${to} may collide.`;
    case 'collides':
      return `Tasks ${from} and ${to} collide.`;
  }
}

/** In columns by how many tasks come before, in each by their numbers. */
function place(run: RunPage): Placed[] {
  const below = new Map<number, number[]>();
  for (const { kind, from, to } of run.edges)
    if (kind === 'needs' || kind === 'stack') below.set(to, [...(below.get(to) ?? []), from]);
  const depths = new Map<number, number>();
  const depthOf = (task: number, seen: readonly number[] = []): number => {
    const known = depths.get(task);
    if (known !== undefined) return known;
    if (seen.includes(task)) return 0;
    const under = below.get(task) ?? [];
    const depth =
      under.length === 0 ? 0 : 1 + Math.max(...under.map((one) => depthOf(one, [...seen, task])));
    depths.set(task, depth);
    return depth;
  };
  const filled = new Map<number, number>();
  return run.tasks.map((task) => {
    const depth = depthOf(task.task);
    const row = filled.get(depth) ?? 0;
    filled.set(depth, row + 1);
    return { task, x: 10 + depth * (box.width + box.gapX), y: 10 + row * (box.height + box.gapY) };
  });
}

function Edge({
  edge,
  known,
}: {
  readonly edge: PlanEdge;
  readonly known: ReadonlyMap<number, Placed>;
}) {
  const ends = [known.get(edge.from), known.get(edge.to)].flatMap((end) => end ?? []);
  // An overlap has no direction: its line goes from left to right like all others.
  const [from, to] = ends.toSorted((one, other) => one.x - other.x);
  if (from === undefined || to === undefined) return null;
  const isSide = from.x === to.x;
  const [x1, y1] = [from.x + box.width, from.y + box.height / 2];
  const [x2, y2] = [isSide ? to.x + box.width : to.x, to.y + box.height / 2];
  const bend = isSide ? 40 : (x2 - x1) / 2;
  const path = isSide
    ? `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 + bend} ${y2} ${x2} ${y2}`
    : `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  return (
    <path class={`edge ${edge.kind}`} d={path} fill="none">
      <title>{`${edgeWords(edge)} ${edge.evidence}`}</title>
    </path>
  );
}

function Node({ one: { task, x, y } }: { readonly one: Placed }) {
  const look = taskLook(task, now.value);
  const open = (): void => {
    chosen.value = task.task;
    if (route.value.page === 'run') go({ ...route.value, task: task.task });
  };
  return (
    <g
      class={`node ${look.tone}`}
      transform={`translate(${x} ${y})`}
      role="button"
      tabIndex={0}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          open();
        }
      }}
    >
      <title>{`Task ${task.task}, ${look.words}: ${task.title}`}</title>
      <rect width={box.width} height={box.height} rx="8" />
      <text x="12" y="18" class="node-state">
        {task.task} {look.mark} {look.words}
      </text>
      <text x="12" y="35">
        {task.title.length > 27 ? `${task.title.slice(0, 26)}…` : task.title}
      </text>
    </g>
  );
}
