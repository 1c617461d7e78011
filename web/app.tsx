import { useSignalEffect } from '@preact/signals';
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
          <Link to={{ page: 'overview' }} class={at.page === 'overview' ? 'here' : ''}>
            Runs
          </Link>
          <Link to={{ page: 'new' }} class={at.page === 'new' ? 'here' : ''}>
            New run
          </Link>
          <Link to={{ page: 'history', month: null }} class={at.page === 'history' ? 'here' : ''}>
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
      <main id="main" tabIndex={-1}>
        {at.page === 'overview' && <OverviewPage />}
        {at.page === 'new' && <NewIssue />}
        {at.page === 'history' && <History month={at.month} />}
        {at.page === 'run' && <RunView id={at.id} tab={at.tab} task={at.task} />}
      </main>
      <Notice />
      <Help />
    </>
  );
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
          <pre>{said.text}</pre>
          <button type="button" aria-label="Dismiss" onClick={() => (notice.value = null)}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
