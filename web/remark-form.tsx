import { useEffect, useRef, useState } from 'preact/hooks';
import { isSamePlace, remark, remarksOf, type Remark } from './remarks.ts';

/** Where a remark on a line or a whole pull request is written. */
export function RemarkForm({
  run,
  place,
  onDone,
}: {
  readonly run: string;
  readonly place: Pick<Remark, 'task' | 'path' | 'line'>;
  readonly onDone: () => void;
}) {
  const known = remarksOf(run).find((other) => isSamePlace(place, other));
  const [text, setText] = useState(known?.text ?? '');
  const box = useRef<HTMLTextAreaElement>(null);
  const came = useRef<Element | null>(null);
  useEffect(() => {
    came.current = document.activeElement;
    box.current?.focus();
  }, []);
  const end = (): void => {
    onDone();
    if (came.current instanceof HTMLElement) came.current.focus();
  };
  const save = (): void => {
    remark(run, { ...place, text });
    end();
  };
  return (
    <form
      class="remark-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        end();
      }}
    >
      <textarea
        ref={box}
        rows={3}
        value={text}
        aria-label={place.line === null ? 'Remark on the whole' : `Remark on line ${place.line}`}
        placeholder="What should its agent change? Ctrl+Enter keeps it"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="actions">
        <button type="submit" class="main">
          Keep the remark
        </button>
        <button type="button" onClick={end}>
          Discard
        </button>
      </div>
    </form>
  );
}

/** A remark that is kept until it is sent. */
export function RemarkText({
  run,
  one,
  onChange,
}: {
  readonly run: string;
  readonly one: Remark;
  readonly onChange: () => void;
}) {
  return (
    <div class="remark">
      <p>{one.text}</p>
      <div class="actions">
        <button type="button" onClick={onChange}>
          Change
        </button>
        <button type="button" onClick={() => remark(run, { ...one, text: '' })}>
          Remove
        </button>
      </div>
    </div>
  );
}
