import { computed, signal } from '@preact/signals';
import type { Overview, RunPage, StoryLine } from '../src/dashboard/page-data.ts';
import { openOverview, openRun, type Stream } from './api.ts';

/** Where somebody is: what the address says. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'new' }
  /** A month is `2026-11`; null is all time. */
  | { readonly page: 'history'; readonly month: string | null }
  | { readonly page: 'run'; readonly id: string; readonly tab: Tab; readonly task: number | null };

export const tabs = ['timeline', 'plan', 'merge', 'review', 'story'] as const;
export type Tab = (typeof tabs)[number];

export const route = signal<Route>(readRoute());
export const overview = signal<Overview | null>(null);
export const run = signal<RunPage | null>(null);
export const story = signal<readonly StoryLine[]>([]);
export const isConnected = signal(true);
/** Milliseconds since 1970, by the server's clock as far as it is known; moves once a second. */
export const now = signal(Date.now());
/** What is said at the foot of the page for a while. */
export const notice = signal<{ readonly text: string; readonly isBad: boolean } | null>(null);
export const isHelpShown = signal(false);
/** The row that the keys move. */
export const chosen = signal<number | null>(null);
export const waiting = computed(
  () => overview.value?.runs.flatMap(({ attention }) => attention).length ?? 0,
);

let aheadMs = 0;

function readRoute(): Route {
  const parts = location.pathname.split('/').filter((part) => part !== '');
  const [page, state, name, tab, task] = parts.map((part) => decodeURIComponent(part));
  if (page === 'new') return { page };
  if (page === 'history')
    return { page, month: /^\d{4}-\d{2}$/u.test(state ?? '') ? (state ?? null) : null };
  if (page !== 'runs' || state === undefined || name === undefined) return { page: 'overview' };
  const known = tabs.find((one) => one === tab) ?? 'timeline';
  const number = Number(task);
  const isTask = Number.isSafeInteger(number) && number > 0;
  return { page: 'run', id: `${state}/${name}`, tab: known, task: isTask ? number : null };
}

export function pathOf(to: Route): string {
  if (to.page === 'overview') return '/';
  if (to.page === 'new') return '/new';
  if (to.page === 'history') return `/history${to.month === null ? '' : `/${to.month}`}`;
  const id = to.id
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
  return `/runs/${id}/${to.tab}${to.task === null ? '' : `/${to.task}`}`;
}

/** Goes somewhere, as a link does. */
export function go(to: Route): void {
  const path = pathOf(to);
  if (path !== location.pathname) history.pushState(null, '', path);
  route.value = to;
  follow();
}

/** What went well needs nobody, and is not said for long. */
const goodNewsMs = 8_000;
let goodNewsTimer: ReturnType<typeof setTimeout> | undefined;

export function say(text: string, isBad = false): void {
  clearTimeout(goodNewsTimer);
  notice.value = { text, isBad };
  if (!isBad) goodNewsTimer = setTimeout(() => (notice.value = null), goodNewsMs);
}

let stream: Stream | null = null;
let followed = '';

/** Follows what the address shows, and nothing else. */
export function follow(): void {
  const at = route.value;
  const wanted = at.page === 'run' ? at.id : at.page;
  if (wanted === followed) return;
  stream?.close();
  stream = null;
  followed = wanted;
  run.value = null;
  story.value = [];
  chosen.value = null;
  const onConnection = (is: boolean): void => void (isConnected.value = is);
  if (at.page === 'run')
    stream = openRun(at.id, {
      on: {
        page: (page) => {
          aheadMs = Date.parse(page.now) - Date.now();
          run.value = page;
          now.value = Date.parse(page.now);
        },
        lines: (lines) => {
          const last = story.value.at(-1)?.seq ?? 0;
          const news = lines.filter(({ seq }) => seq > last);
          story.value = [...story.value, ...news].slice(-5_000);
        },
      },
      onConnection,
    });
  else
    stream = openOverview({
      on: { overview: (found) => void (overview.value = found) },
      onConnection,
    });
}

addEventListener('popstate', () => {
  route.value = readRoute();
  follow();
});
setInterval(() => (now.value = Date.now() + aheadMs), 1_000);
