import { useEffect, useRef, useState } from 'preact/hooks';
import type { LogPage, TaskRow } from '../../src/dashboard/page-data.ts';
import { ansiSpans } from '../ansi.ts';
import { readLog } from '../api.ts';
import { say } from '../state.ts';

const restMs = 1_000;

/** What the agent says, as it grows. */
export function Log({ id, row }: { readonly id: string; readonly row: TaskRow }) {
  const [what, setWhat] = useState<'said' | 'raw'>('said');
  const [{ text, isCut }, setLog] = useState({ text: '', isCut: false });
  const box = useRef<HTMLPreElement>(null);
  const isRunning = row.status === 'running';
  useEffect(() => {
    let isHere = true;
    let timer = 0;
    let at: Pick<LogPage, 'next' | 'of'> = { next: 0, of: '' };
    setLog({ text: '', isCut: false });
    const look = async (): Promise<void> => {
      try {
        const page = await readLog(id, row.task, { what, after: at.next, of: at.of });
        if (!isHere) return;
        at = page;
        if (page.isNew || page.text !== '')
          setLog((before) => ({
            text: (page.isNew ? page.text : before.text + page.text).slice(-400_000),
            isCut: page.isCut || (!page.isNew && before.isCut),
          }));
      } catch (error) {
        if (isHere) say((error as Error).message, true);
      }
      if (isHere && isRunning) timer = window.setTimeout(() => void look(), restMs);
    };
    void look();
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [id, row.task, what, isRunning]);
  useEffect(() => {
    const element = box.current;
    // Somebody who has scrolled up reads there.
    if (element !== null && element.scrollHeight - element.scrollTop - element.clientHeight < 200)
      element.scrollTop = element.scrollHeight;
  }, [text]);
  return (
    <div class="log">
      <label class="quiet">
        <input
          type="checkbox"
          checked={what === 'raw'}
          onChange={(event) => setWhat(event.currentTarget.checked ? 'raw' : 'said')}
        />{' '}
        the whole output
      </label>
      {isCut && <p class="quiet">… what came before is left out: flotilla logs shows all.</p>}
      <pre ref={box} tabIndex={0} aria-label={`Log of task ${row.task}`}>
        {text === '' ? (
          <span class="quiet">Nothing yet.</span>
        ) : (
          ansiSpans(text).map(({ words, looks }, index) => (
            <span key={index} class={looks}>
              {words}
            </span>
          ))
        )}
      </pre>
    </div>
  );
}
