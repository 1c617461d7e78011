import { configurationKeys } from '../src/model/options/configuration-keys.ts';
import { flagOf, type ConfigurationKey, type Option } from '../src/model/options/option.ts';
import { runOptions } from '../src/model/options/run-options.ts';

/** The pages that have such tables, by their paths in the repository, and which ones. */
export const pagesWithTables: Readonly<Record<string, readonly string[]>> = {
  'docs/cli.md': ['options', 'changing options', 'keys'],
  'plugin/amplihack/commands/parallel-orchestrate.md': ['short options'],
};

/** The page with the tables that are made from the options and keys of the source, each between its two marks. */
export function withTables(page: string, names: readonly string[]): string {
  return names.reduce((text, name) => {
    const [before, after] = [
      `<!-- ${name}: npm run docs writes this table -->`,
      `<!-- end of ${name} -->`,
    ];
    const [start, end] = [text.indexOf(before), text.indexOf(after)];
    if (start < 0 || end < start) throw new Error(`The page lacks ${before} or ${after}`);
    const rows = tables[name]?.() ?? [];
    return `${text.slice(0, start + before.length)}\n\n${drawn(rows)}\n\n${text.slice(end)}`;
  }, page);
}

type Row = readonly string[];

const tables: Readonly<Record<string, () => readonly Row[]>> = {
  options: () => [
    ['Option', 'Meaning', 'Default', 'Also set by'],
    ...Object.entries<Option>(runOptions).map(([name, option]) => [
      code(`${flagOf(name)}${valueWords(option)}`),
      option.meaning ?? option.help,
      option.usually ?? defaultWords(option),
      [option.configuration ?? [], option.environment ?? []].flat().map(code).join(', '),
    ]),
  ],
  'changing options': () => [
    ['Option', 'Meaning'],
    ...Object.entries<Option>(runOptions)
      .filter(([, { mayChange }]) => mayChange)
      .map(([name, option]) => [
        code(`${flagOf(name)}${valueWords(option)}`),
        option.meaning ?? option.help,
      ]),
  ],
  'short options': () => [
    ['Option', 'Meaning'],
    ...Object.entries<Option>(runOptions).map(([name, option]) => [
      code(`${flagOf(name)}${valueWords(option)}`),
      option.help.replaceAll('|', String.raw`\|`),
    ]),
  ],
  keys: () => [
    ['Key', 'Meaning', 'Default'],
    ...Object.entries<ConfigurationKey>(configurationKeys).map(([, key]) => [
      code(key.configuration),
      key.meaning ?? '',
      defaultWords(key),
    ]),
  ],
};

function valueWords({ example, value, argument = '' }: Option): string {
  const words = value.kind === 'choice' ? value.choices.join('|') : argument.toUpperCase();
  return [example ?? words]
    .filter((word) => word !== '')
    .map((word) => ` ${word}`)
    .join('');
}

function defaultWords({ default: usual }: Option | ConfigurationKey): string {
  if (typeof usual === 'string') return usual === '' ? '' : code(usual);
  return typeof usual === 'number' ? String(usual) : '';
}

function code(text: string): string {
  return `\`${text.replaceAll('|', String.raw`\|`)}\``;
}

/** A Markdown table with its columns under one another, as the formatter has it. */
function drawn(rows: readonly Row[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: Row): string =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
