import { chosen, go, isHelpShown, notice, route, run, tabs } from './state.ts';

/** What each key does, as the help shows it. */
export const keys: readonly (readonly [key: string, does: string])[] = [
  ['?', 'this help'],
  ['g', 'all runs'],
  ['n', 'a new run'],
  ['h', 'the history of all runs'],
  ['1 – 5', 'timeline, plan, merge, review, story of the run'],
  ['j  k', 'the next and the previous task'],
  ['Enter', 'open the chosen task'],
  ['a', 'to the first thing that needs you'],
  ['p', 'pause the run, or continue it'],
  ['Esc', 'close what is open'],
];

/** Obeys keys, except where somebody types. */
export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target as HTMLElement;
    if (event.key === 'Escape') return close(at);
    if (at.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(at.tagName)) return;
    if (press(event.key, at)) event.preventDefault();
  });
}

function close(at: HTMLElement): void {
  if (isHelpShown.value) isHelpShown.value = false;
  else if (['INPUT', 'TEXTAREA'].includes(at.tagName)) at.blur();
  else if (notice.value !== null) notice.value = null;
  else if (route.value.page === 'run' && route.value.task !== null)
    go({ ...route.value, task: null });
}

function press(key: string, at: HTMLElement): boolean {
  switch (key) {
    case '?':
      isHelpShown.value = !isHelpShown.value;
      return true;
    case 'g':
      go({ page: 'overview' });
      return true;
    case 'n':
      go({ page: 'new' });
      return true;
    case 'h':
      go({ page: 'history', month: null });
      return true;
    case 'a': {
      const first = document.querySelector<HTMLElement>('.attention button, .attention a');
      first?.focus();
      first?.scrollIntoView({ block: 'nearest' });
      return first !== null;
    }
    case 'j':
    case 'k':
      return move(key === 'j' ? 1 : -1);
    case 'Enter':
      if (at.closest('a, button, summary') !== null) return false;
      return openChosen();
    case 'p':
      document.querySelector<HTMLElement>('[data-key="p"]')?.click();
      return true;
    default:
      return chooseTab(Number(key));
  }
}

function move(by: number): boolean {
  const tasks = run.value?.tasks ?? [];
  if (tasks.length === 0) return false;
  const index = tasks.findIndex(({ task }) => task === chosen.value);
  const next = tasks[Math.min(tasks.length - 1, Math.max(0, index + by))];
  chosen.value = next?.task ?? null;
  if (route.value.page === 'run' && route.value.task !== null) openChosen();
  else focusChosen();
  return true;
}

/** The lane of the chosen task gets the focus, once it was scrolled to and is drawn. */
function focusChosen(): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(`[data-task="${chosen.value}"]`)
        ?.focus({ preventScroll: true }),
    ),
  );
}

function openChosen(): boolean {
  const at = route.value;
  if (at.page !== 'run' || chosen.value === null) return false;
  go({ ...at, task: chosen.value });
  return true;
}

function chooseTab(number: number): boolean {
  const at = route.value;
  const tab = tabs[number - 1];
  if (at.page !== 'run' || tab === undefined) return false;
  go({ ...at, tab, task: null });
  return true;
}
