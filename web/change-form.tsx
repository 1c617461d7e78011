import { useEffect, useState } from 'preact/hooks';
import type { ChangeableOption } from '../src/dashboard/changeable-options.ts';
import { readOptions } from './api.ts';
import { Act, perform } from './attention.tsx';
import { say } from './state.ts';

/** What can be changed of a run while it goes on. */
export function ChangeForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const [options, setOptions] = useState<readonly ChangeableOption[]>([]);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  useEffect(() => {
    readOptions().then(setOptions, (error: Error) => say(error.message, true));
  }, []);
  const given = Object.fromEntries(
    options.flatMap((option) => {
      const text = values[option.name]?.trim() ?? '';
      return text === '' ? [] : [[option.name, valueOf(option, text)]];
    }),
  );
  return (
    <form class="change" onSubmit={(event) => event.preventDefault()}>
      {options.map((option) => (
        <label key={option.name}>
          <span>{labelOf(option)}</span>
          <Field
            option={option}
            value={values[option.name] ?? ''}
            onValue={(value) => setValues({ ...values, [option.name]: value })}
          />
          <small>{option.help}</small>
        </label>
      ))}
      <Act
        label="Change"
        class="main"
        does={() => perform(id, 'set', given).then((isDone) => isDone && onDone())}
      />
    </form>
  );
}

function Field({
  option,
  value,
  onValue,
}: {
  readonly option: ChangeableOption;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  if (option.kind === 'choice' || option.kind === 'switch')
    return (
      <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        <option value="">as it is</option>
        {(option.kind === 'switch' ? ['yes'] : option.choices).map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  return (
    <input
      inputMode={option.kind === 'text' ? 'text' : 'decimal'}
      placeholder="as it is"
      value={value}
      onInput={(event) => onValue(event.currentTarget.value)}
    />
  );
}

/** `maxWorkers`: `max workers`. */
function labelOf({ name, kind }: ChangeableOption): string {
  const words = name.replaceAll(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
  return kind === 'seconds' ? `${words} (30m, 2h, or seconds)` : words;
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function valueOf({ kind }: ChangeableOption, text: string): unknown {
  if (kind === 'switch') return true;
  if (kind === 'choice' || kind === 'text') return text;
  const { number, unit } = /^(?<number>[\d.]+)\s*(?<unit>[smhd])?$/u.exec(text)?.groups ?? {};
  const value = Number(number ?? Number.NaN);
  return kind === 'seconds' ? value * (unitSeconds[unit ?? 's'] ?? 1) : value;
}
