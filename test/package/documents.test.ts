import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pagesWithTables, withTables } from '../../scripts/option-tables.ts';
import { agentNames } from '../../src/agents/find-agent.ts';
import { reasonCatalogue } from '../../src/diagnosis/catalogue/reason-catalogue.ts';
import { flagOf, type Option } from '../../src/model/options/option.ts';
import { runOptions } from '../../src/model/options/run-options.ts';

const root = join(import.meta.dirname, '..', '..');
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root });
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe.each(documents)('%s', (document) => {
  test('links to what exists', () => {
    const links = [...read(document).matchAll(/\]\((?!\w+:)([^)#]+)(?:#[^)]*)?\)/gu)];
    const missing = links
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(root, dirname(document), target)));
    expect(missing).toEqual([]);
  });

  test('names source files that exist', () => {
    const names = [...read(document).matchAll(/`((?:src|test|scripts|bin)\/[\w./-]+)`/gu)];
    const missing = names
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(root, path)));
    // In a reader's own repository there are files that this one lacks: the examples are about a shop's cart.
    expect(missing.filter((path) => !path.includes('cart'))).toEqual([]);
  });
});

test.each([
  ['docs/architecture.md', 2],
  ['docs/tour.md', 30],
])('%s names functions where they are', (page, least) => {
  const names = [...read(page).matchAll(/`(\w+)` in `(src\/[\w./-]+)`/gu)];
  expect(names.length).toBeGreaterThan(least);
  const missing = names.filter(
    ([, name = '', path = '']) =>
      !new RegExp(`\\b(?:function|const) ${name}\\b`, 'u').test(read(path)),
  );
  expect(missing.map(([words]) => words)).toEqual([]);
});

test.each([
  'address',
  'analyze',
  'doctor',
  'init',
  'metrics',
  'notify',
  'orchestrate',
  'resume',
  'demo',
  'status',
  'runs',
  'logs',
  'cancel',
  'set',
  'list',
  'dashboard',
  'merge',
  'clean',
  'explain',
  'rebuild',
])('the page about the command line has every option of %s', (command) => {
  const page = read('docs/cli.md').split('## Planned')[0] ?? '';
  const main = join(root, 'src', 'cli', 'main.ts');
  const help = execFileSync(process.execPath, [main, command, '--help'], { encoding: 'utf8' });
  const options = [...help.matchAll(/^\s+(?:-\w, )?(--[\w-]+)/gmu)].map(
    ([, option = '']) => option,
  );
  const documented = (option: string): boolean => new RegExp(`${option}(?![\\w-])`, 'u').test(page);
  expect(options.filter((option) => option !== '--help' && !documented(option))).toEqual([]);
});

test.each(Object.entries(pagesWithTables))(
  '%s has its tables as the source has them',
  (path, names) => {
    const page = read(path);
    expect(page).toBe(withTables(page, names));
  },
);

test('the page about the command line has every reason why a task fails', () => {
  const [, after = ''] = read('docs/cli.md').split('## Why a task fails');
  const rows = (after.split('\n## ')[0] ?? '').split('\n');
  const named = rows.flatMap((row) => row.split('|')[1]?.match(/(?<=`)[a-z-]+(?=`)/gu) ?? []);
  expect(named.toSorted()).toEqual(Object.keys(reasonCatalogue).toSorted());
});

test.each(agentNames)('%s is named wherever users choose an agent', (name) => {
  const { help, meaning, mcp } = runOptions.agent;
  const action = /^ {2}agent:\n {4}description: (.*)$/mu.exec(read('action/action.yml'))?.[1];
  for (const text of [help, meaning, mcp, action])
    expect(text).toMatch(new RegExp(`\\b${name}\\b`, 'u'));
  expect(read('docs/agents.md')).toContain(`\n| \`${name}\` `);
});

test('the page about the command line names the options that a printed command does not have', () => {
  const [, after = ''] = read('docs/cli.md').split('### Commands that are printed');
  const named = new Set(
    [...(after.split('###')[0] ?? '').matchAll(/`(--[\w-]+)`/gu)].map(([, flag]) => flag),
  );
  const ofOneStart = Object.entries<Option>(runOptions).filter(
    ([, option]) => option.ofOneStart !== undefined,
  );
  expect(named).toEqual(new Set(ofOneStart.map(([name]) => flagOf(name))));
});

test('the page about the command line has every command', () => {
  const page = read('docs/cli.md').split('## Planned')[0] ?? '';
  const help = execFileSync(process.execPath, [join(root, 'src', 'cli', 'main.ts'), '--help'], {
    encoding: 'utf8',
  });
  const commands = [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gmu)];
  const missing = commands
    .map(([, command = '']) => command)
    .filter((command) => command !== 'help' && !page.includes(`flotilla ${command}`));
  expect(missing).toEqual([]);
});
