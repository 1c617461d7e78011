import { go, pathOf, type Route } from './state.ts';

/** A link that goes on within the page. */
export function Link({
  to,
  class: name,
  label,
  isHere = false,
  children,
}: {
  readonly to: Route;
  readonly class?: string;
  readonly label?: string;
  /** Whether it leads to where somebody is. */
  readonly isHere?: boolean;
  readonly children: preact.ComponentChildren;
}) {
  const onClick = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={pathOf(to)}
      class={isHere ? `${name ?? ''} here` : name}
      aria-current={isHere ? 'page' : undefined}
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </a>
  );
}
