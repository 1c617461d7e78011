import { expect, test } from 'vitest';
import { kindOfWork, scopeOfWork } from './kind-of-work.ts';

test.each([
  ['Fix a typo in the README', 'typo'],
  ['Correct the spelling of “received”', 'typo'],
  ['Migrate the sessions from Redis to SQLite', 'migrate'],
  ['Move from callbacks to promises', 'migrate'],
  ['Port the importer to Go', 'migrate'],
  ['Replace moment with date-fns', 'migrate'],
  ['Rewrite the scheduler in Go', 'rewrite'],
  ['Refactor the router', 'refactor'],
  ['Rename `getUser` to `findUser`', 'rename'],
  ['Document the webhooks', 'document'],
  ['Add tests for the importer', 'test'],
  ['Integration testing', 'test'],
  ['The importer crashes on an empty file', 'fix'],
  ['Remove the legacy endpoint', 'remove'],
  ['Make the search faster', 'improve'],
  ['Add a dark theme', 'introduce'],
  ['Show the date in the footer', 'change'],
  ['Data models', null],
  ['Database migrations', null],
])('%s: %s', (title, kind) => {
  expect(kindOfWork(title)).toBe(kind);
});

test('a system, a part that is one itself, and a detail are told apart', () => {
  expect(scopeOfWork('Implement the entire reporting system')).toBe(2);
  expect(scopeOfWork('Add single sign-on with SAML')).toBe(1);
  expect(scopeOfWork('Show the year in the footer')).toBe(-1);
  expect(scopeOfWork('Add a dark theme')).toBe(0);
});

test('a title without end is read in linear time', () => {
  const title = `move from ${'port to from switch '.repeat(50_000)}`;
  const startedAt = process.cpuUsage();
  kindOfWork(title);
  scopeOfWork(title);
  expect(process.cpuUsage(startedAt).user / 1_000_000).toBeLessThan(1);
});
