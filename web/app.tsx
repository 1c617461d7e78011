import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { counted } from './format.ts';
import { Help } from './help.tsx';
import { History } from './history/history.tsx';
import { Link } from './link.tsx';
import { NewIssue } from './new-issue.tsx';
import { OverviewPage } from './overview.tsx';
import { RunView } from './run-view.tsx';
import { chooseScheme, scheme, schemes } from './scheme.ts';
import { isConnected, notice, route, run, waiting } from './state.ts';

export function App() {
  const at = route.value;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // What had the focus may have gone with the page before.
    if (document.activeElement === document.body) main.current?.focus();
  }, [at.page]);
  useSignalEffect(() => {
    const count = run.value?.attention.length ?? waiting.value;
    const name = run.value?.title ?? 'Flotilla';
    document.title = count > 0 ? `(${count}) ${name}` : name;
  });
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="top">
        <Link to={{ page: 'overview' }} class="brand">
          <img src="/icon.svg" alt="" width="22" height="22" /> Flotilla
        </Link>
        <nav aria-label="Pages">
          <Link to={{ page: 'overview' }} isHere={at.page === 'overview'}>
            Runs
          </Link>
          <Link to={{ page: 'new' }} isHere={at.page === 'new'}>
            New run
          </Link>
          <Link to={{ page: 'history', month: null }} isHere={at.page === 'history'}>
            History
          </Link>
        </nav>
        {!isConnected.value && (
          <span class="offline" role="status">
            not connected: trying again…
          </span>
        )}
        <SchemeChoice />
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        {at.page === 'overview' && <OverviewPage />}
        {at.page === 'new' && <NewIssue />}
        {at.page === 'history' && <History month={at.month} />}
        {at.page === 'run' && <RunView id={at.id} tab={at.tab} task={at.task} />}
      </main>
      <p class="unseen" role="status">
        {needWords()}
      </p>
      <Notice />
      <Help />
    </>
  );
}

/** Said to those who do not see the page, each time that something more or less needs them. */
function needWords(): string {
  const count = run.value?.attention.length ?? waiting.value;
  return count === 0 ? '' : `${counted(count, 'thing')} ${count === 1 ? 'needs' : 'need'} you`;
}

function SchemeChoice() {
  return (
    <label class="scheme">
      <span class="unseen">Colours</span>
      <select
        value={scheme.value}
        onChange={(event) =>
          chooseScheme(schemes.find((one) => one === event.currentTarget.value) ?? 'system')
        }
      >
        {schemes.map((one) => (
          <option key={one} value={one}>
            {one === 'system' ? '◐ system' : one === 'light' ? '☀ light' : '☾ dark'}
          </option>
        ))}
      </select>
    </label>
  );
}

function Notice() {
  const said = notice.value;
  return (
    <div class="notices" role="status" aria-live="polite">
      {said !== null && (
        <div class={said.isBad ? 'notice bad' : 'notice'}>
          <pre tabIndex={0}>{said.text}</pre>
          <button type="button" aria-label="Dismiss" onClick={() => (notice.value = null)}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
