import { useEffect, useRef } from 'preact/hooks';
import { keys } from './keys.ts';
import { isHelpShown } from './state.ts';

/** The keys, on `?`. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isShown = isHelpShown.value;
  useEffect(() => {
    if (isShown) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isShown]);
  return (
    <dialog ref={dialog} aria-label="Keys" onClose={() => (isHelpShown.value = false)}>
      <h2>Keys</h2>
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => (isHelpShown.value = false)}>
        Close
      </button>
    </dialog>
  );
}
