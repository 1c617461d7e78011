import { useEffect, useState } from 'preact/hooks';
import type { DraftPage, RepositoryRow } from '../src/dashboard/page-data.ts';
import { planDraft, readRepositories, startDraft } from './api.ts';
import { Act } from './attention.tsx';
import { go, say } from './state.ts';

/** How long somebody has to pause before what was typed is planned. */
const pauseMs = 600;

const example = `# Make the shop faster

## Sub-Tasks

- [ ] Cache prices in \`src/prices.ts\`
- [ ] Load pictures late in \`src/gallery.ts\`
- [ ] Describe both in \`docs/speed.md\`
`;

/** An issue typed or pasted, with its plan drawn as one types. */
export function NewIssue() {
  const [repositories, setRepositories] = useState<readonly RepositoryRow[] | null>(null);
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  useEffect(() => {
    readRepositories().then(
      (found) => {
        setRepositories(found);
        setName(found[0]?.name ?? '');
      },
      (error: Error) => say(error.message, true),
    );
  }, []);
  const { draft, isPlanning } = useDraft(name, text);
  const start = async (isForced: boolean): Promise<void> => {
    if (draft === null) return;
    try {
      const { run, words, isDone } = await startDraft(name, { path: draft.path, isForced });
      if (run === null) say(words === '' ? 'It did not begin.' : words, !isDone);
      else go({ page: 'run', id: `${name}/${run}`, tab: 'timeline', task: null });
    } catch (error) {
      say((error as Error).message, true);
    }
  };
  if (repositories !== null && repositories.length === 0)
    return (
      <p class="quiet pad">
        No repository is known yet. In one of yours: <code>flotilla orchestrate issue.md</code>
      </p>
    );
  return (
    <div class="new">
      <h1 class="unseen">New run</h1>
      <section class="write">
        <label>
          Repository{' '}
          <select value={name} onChange={(event) => setName(event.currentTarget.value)}>
            {(repositories ?? []).map((one) => (
              <option key={one.name} value={one.name}>
                {one.path}
              </option>
            ))}
          </select>
        </label>
        <label class="issue">
          Issue
          <textarea
            value={text}
            placeholder={example}
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      </section>
      <section class="draft">
        <h2>Plan {isPlanning && <span class="quiet">…</span>}</h2>
        {draft === null ? (
          <p class="quiet">Type or paste an issue with a list of sub-tasks.</p>
        ) : (
          <>
            <DraftPlan plan={draft.plan} />
            {draft.words !== '' && <Words text={draft.words} />}
            {draft.plan !== null && (
              <div class="actions">
                {draft.isRefused ? (
                  <Act label="Start in spite of that" class="danger" does={() => start(true)} />
                ) : (
                  <Act label="Start the run" class="main" does={() => start(false)} />
                )}
              </div>
            )}
          </>
        )}
      </section>
    </div>
  );
}

/** The plan of what was typed, made anew after each pause. */
function useDraft(
  name: string,
  text: string,
): { readonly draft: DraftPage | null; readonly isPlanning: boolean } {
  const [draft, setDraft] = useState<DraftPage | null>(null);
  const [isPlanning, setPlanning] = useState(false);
  useEffect(() => {
    if (name === '' || text.trim() === '') return setDraft(null);
    let isHere = true;
    const timer = setTimeout(() => {
      setPlanning(true);
      planDraft(name, text).then(
        (found) => isHere && (setDraft(found), setPlanning(false)),
        (error: Error) => isHere && (say(error.message, true), setPlanning(false)),
      );
    }, pauseMs);
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [name, text]);
  return { draft, isPlanning };
}

/** What of `orchestrate --dry-run --json` is drawn. */
type Planned = {
  readonly verdict: string;
  readonly tasks: readonly {
    readonly ordinal: number;
    readonly title: string;
    readonly stackOn: number | null;
    readonly estimateMinutes: number;
    readonly footprint: readonly { readonly path: string; readonly probability: number }[];
  }[];
  readonly forecast: {
    readonly parallelMinutes: number;
    readonly sequentialMinutes: number;
    readonly speedup: number;
  };
};

function DraftPlan({ plan }: { readonly plan: unknown }) {
  if (plan === null) return null;
  const { tasks, forecast, verdict } = plan as Partial<Planned>;
  if (tasks === undefined || forecast === undefined)
    return <Words text={JSON.stringify(plan, null, 2)} />;
  return (
    <>
      <p role="status">
        <strong>{verdict}</strong>: {tasks.length} tasks, {Math.round(forecast.parallelMinutes)} min
        side by side instead of {Math.round(forecast.sequentialMinutes)} (
        {forecast.speedup.toFixed(1)}×)
      </p>
      <ol class="draft-tasks">
        {tasks.map((task) => (
          <li key={task.ordinal} value={task.ordinal}>
            {task.title} <span class="quiet">{Math.round(task.estimateMinutes)} min</span>
            {task.stackOn !== null && <span class="warning"> after task {task.stackOn}</span>}
            <div class="quiet">
              {task.footprint
                .slice(0, 4)
                .map(({ path, probability }) => `${path} ${Math.round(probability * 100)} %`)
                .join('  ')}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

function Words({ text }: { readonly text: string }) {
  return (
    <pre class="words" tabIndex={0}>
      {text}
    </pre>
  );
}
