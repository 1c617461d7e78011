import type { TaskPage } from '../../src/dashboard/page-data.ts';
import { clock, dollars, span } from '../format.ts';
import { now } from '../state.ts';

/** Its checks, with the end of what they printed. */
export function Checks({ page }: { readonly page: TaskPage | null }) {
  if (page === null) return <p class="quiet">Reading…</p>;
  if (page.checks.length === 0) return <p class="quiet pad">No check has run yet.</p>;
  return (
    <ul class="checks">
      {page.checks.map((check) => (
        <li key={check.name}>
          <details open={check.state !== 'passed'}>
            <summary>
              <span class={check.state === 'passed' ? 'good' : 'bad'}>
                {check.state === 'passed' ? '✔ passed' : `✗ ${check.state.replaceAll('-', ' ')}`}
              </span>{' '}
              <code>{check.command}</code> <span class="quiet">{span(check.durationMs)}</span>
            </summary>
            <pre tabIndex={0}>{check.excerpt}</pre>
          </details>
        </li>
      ))}
    </ul>
  );
}

/** What was foreseen, and what was touched. */
export function Files({ page }: { readonly page: TaskPage | null }) {
  if (page === null) return <p class="quiet">Reading…</p>;
  if (page.files.length === 0)
    return <p class="quiet pad">No file is foreseen, and none was touched.</p>;
  return (
    <table class="files">
      <thead>
        <tr>
          <th>File</th>
          <th>Foreseen</th>
          <th>Touched</th>
        </tr>
      </thead>
      <tbody>
        {page.files.map((file) => (
          <tr key={file.path} class={file.change === null ? 'untouched' : ''}>
            <td>
              <code>{file.path}</code>
            </td>
            <td title={file.reason ?? ''}>
              {file.foreseen === null ? '–' : `${Math.round(file.foreseen * 100)} %`}
            </td>
            <td>
              {file.change === null
                ? ''
                : `${file.change} +${file.added ?? 0} −${file.removed ?? 0}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What it is, what its agents did, and what a reviewer should know. */
export function About({ page }: { readonly page: TaskPage | null }) {
  if (page === null) return <p class="quiet">Reading…</p>;
  return (
    <div class="about">
      {page.body !== '' && (
        <pre class="body" tabIndex={0}>
          {page.body}
        </pre>
      )}
      {page.claim !== null && (
        <section>
          <h3>What its agent says of it</h3>
          <pre class="body" tabIndex={0}>
            {page.claim}
          </pre>
        </section>
      )}
      {page.notes.length > 0 && (
        <section>
          <h3>For reviewers</h3>
          <ul>
            {page.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      )}
      {page.questions.length > 0 && (
        <section>
          <h3>Questions</h3>
          <ul>
            {page.questions.map((one) => (
              <li key={one.id}>
                {one.text} <strong>{one.answer ?? one.state}</strong>
                {one.by !== null && <span class="quiet"> by {one.by}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>Attempts</h3>
        <ul>
          {page.attempts.map((one) => (
            <li key={one.attempt}>
              {one.attempt}. {one.agent}{' '}
              {one.model !== null && <span class="quiet">{one.model}</span>} {one.why},{' '}
              {clock(one.startedAt, now.value)}, {dollars(one.costUsd)}: {one.end ?? 'at work'}
            </li>
          ))}
        </ul>
      </section>
      {page.commits.length > 0 && (
        <section>
          <h3>Commits</h3>
          <ul>
            {page.commits.map(({ sha, subject }) => (
              <li key={sha}>
                <code>{sha.slice(0, 7)}</code> {subject}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
