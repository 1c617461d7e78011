import { isMet, monthWords, targetWords, type Figure } from './figures.ts';

const size = { width: 300, height: 110, bottom: 18, top: 16 };

/** One figure month by month, with its target as a line. The same is in the table below for those who see no picture. */
export function MonthChart({
  figure,
  months,
}: {
  readonly figure: Figure;
  readonly months: readonly { readonly month: string; readonly value: number | null }[];
}) {
  const values = months.flatMap(({ value }) => value ?? []);
  const top = Math.max(...values, (figure.target?.value ?? 0) * 1.15, 1e-9);
  const room = size.height - size.top - size.bottom;
  const yOf = (value: number): number => size.top + room * (1 - value / top);
  const step = size.width / months.length;
  return (
    <figure class="chart">
      <figcaption>
        {figure.name} <span class="quiet">{targetWords(figure)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={words(figure, months)}
      >
        <line class="axis-line" x1="0" x2={size.width} y1={yOf(0)} y2={yOf(0)} />
        {months.map(({ month, value }, index) => (
          <g key={month}>
            {value !== null && (
              <>
                <rect
                  class={isMet(figure, value) === false ? 'missed' : 'met'}
                  x={index * step + 3}
                  width={step - 6}
                  y={yOf(value)}
                  height={Math.max(1, yOf(0) - yOf(value))}
                  rx="2"
                />
                <text x={(index + 0.5) * step} y={yOf(value) - 3} text-anchor="middle">
                  {figure.text(value)}
                </text>
              </>
            )}
            <text x={(index + 0.5) * step} y={size.height - 4} text-anchor="middle">
              {monthWords(month, true)}
            </text>
          </g>
        ))}
        {figure.target !== null && (
          <line
            class="target-line"
            x1="0"
            x2={size.width}
            y1={yOf(figure.target.value)}
            y2={yOf(figure.target.value)}
          />
        )}
      </svg>
    </figure>
  );
}

function words(
  figure: Figure,
  months: readonly { readonly month: string; readonly value: number | null }[],
): string {
  const known = months.filter(({ value }) => value !== null);
  const told = known.map(({ month, value }) => `${monthWords(month)} ${figure.text(value)}`);
  return `${figure.name} by month: ${told.length === 0 ? 'nothing yet' : told.join(', ')}`;
}
