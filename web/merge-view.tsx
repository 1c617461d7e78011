import type { RunPage } from '../src/dashboard/page-data.ts';
import { Act, perform } from './attention.tsx';

const words = {
  waiting: ['○', 'waits'],
  conflict: ['⤫', 'conflicts'],
  resolving: ['●', 'is settled'],
  checked: ['✓', 'checked'],
  merging: ['●', 'merges'],
  merged: ['✔', 'merged'],
  left: ['◒', 'left open'],
} as const;

/** What all branches are together, who is to blame where they are red, and who merges when. */
export function MergeView({ run }: { readonly run: RunPage }) {
  const { union, train } = run;
  const open = run.tasks.filter(
    ({ pull, status }) => status === 'completed' && pull?.state === 'open',
  );
  return (
    <div class="merge-view">
      <section>
        <h2>All together</h2>
        {union === null ? (
          <p class="quiet">The branches have not been judged together yet.</p>
        ) : (
          <>
            <p class={union.state === 'green' ? 'good' : union.state === 'red' ? 'bad' : 'quiet'}>
              {union.state === 'green'
                ? '✔ green'
                : union.state === 'red'
                  ? '✗ red'
                  : '? not known'}
              : tasks {union.tasks.join(', ')}
              {union.red.length > 0 && ` fail ${union.red.join(', ')}`}
            </p>
            {union.culprits.map((set) => (
              <p key={set.join()} class="bad">
                {set.length === 1
                  ? `Task ${set[0]} fails by itself.`
                  : `Tasks ${set.join(' and ')} fail only together.`}
              </p>
            ))}
          </>
        )}
      </section>
      <section>
        <h2>Train</h2>
        {train === null ? (
          <p class="quiet">
            Nothing merges yet.{' '}
            {open.length > 0 && run.endedAt !== null && (
              <Act
                label={`Merge ${open.length} pull requests`}
                class="main"
                does={() => perform(run.id, 'merge', {})}
              />
            )}
          </p>
        ) : (
          <ol class="train">
            {train.cars.map((car) => (
              <li key={car.task} class={car.state}>
                <span aria-hidden="true">{words[car.state][0]}</span> #{car.pull}, task {car.task}:{' '}
                <strong>{words[car.state][1]}</strong> {car.message}
                {car.reasons.length > 0 && <span class="quiet"> ({car.reasons.join('; ')})</span>}
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}
