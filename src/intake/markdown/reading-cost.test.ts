import { expect, test } from 'vitest';
import { parseIssue } from '../parse-issue.ts';

const SIZE = 1_000_000;
/** On a machine that is busy with the other tests. */
const LIMIT_MS = 10_000;

function fill(unit: string, size = SIZE): string {
  return unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
}

function numbered(unit: (index: number) => string, size = SIZE): string {
  const average = unit(10_000).length;
  return Array.from({ length: Math.ceil(size / average) }, (_, index) => unit(index)).join('');
}

const hostile: Readonly<Record<string, (size: number) => string>> = {
  'nested emphasis': (size) => fill('*a ', size / 2) + fill('a* ', size / 2),
  'nested strong emphasis': (size) => fill('*a **b ', size / 2) + fill('c** d* ', size / 2),
  'emphasis that never closes': (size) => fill('*a_ ', size),
  'one run of stars': (size) => `${fill('*', size / 2)}a${fill('*', size / 2)}`,
  strikethrough: (size) => fill('~a~~ ', size),
  'closing brackets': (size) => fill(']', size),
  'nested links': (size) => fill('[a ', size / 2) + fill('](b) ', size / 2),
  'nested images': (size) => fill('![', size / 2) + fill('](a)', size / 2),
  'open link titles': (size) => fill('[a](b "', size),
  'open comments': (size) => fill('a<!--', size),
  'closed comments': (size) => fill('a <!-- b --> ', size),
  'open instructions': (size) => fill('a<?', size),
  'open character data': (size) => fill('a<![CDATA[', size),
  'runs of backticks': (size) =>
    numbered((index) => `${'`'.repeat((index % 1400) + 1)} `, size).slice(0, size),
  'addresses of people': (size) => fill('a@a.', size),
  'wide tables': (size) => `${fill('|a', size / 2)}|\n${fill('|-', size / 2)}|\n`,
  'nested lists': (size) =>
    numbered((index) => `${' '.repeat(2 * Math.min(index, 2000))}- a\n`, size).slice(0, size),
  'lists in quotations': (size) => fill('> - > - > - > - a\n', size),
  'lists that end at once': (size) => fill('## Phase 1: a\n- [ ] b\n', size),
  'quotations between blank lines': (size) => fill('> \n\n', size),
  'open tags in a list without indentation': (size) => `- a\n${fill('<\n', size)}`,
  'headings that are none in such a list': (size) => `- a\n${fill('#1\n', size)}`,
  'underlined headings': (size) => fill('a\n=\n', size),
  'nested footnotes': (size) => fill('[^a]: ', size),
  definitions: (size) =>
    numbered((index) => `[a${index}]: b\n\n`, size / 2) + fill('[a]', size / 2),
  'lines of one paragraph': (size) => fill('*a\n', size),
  'a comment of many lines': (size) => `a <!--\n${fill('b\n', size)}-->`,
};

for (const [name, text] of Object.entries(hostile)) {
  test.each([65_000, SIZE])(`%d characters of ${name} end soon`, { timeout: 60_000 }, (size) => {
    const began = performance.now();
    const result = parseIssue(`# T\n\n${text(size)}\n\n## Sub-Tasks\n- [ ] the last\n`);
    expect(performance.now() - began).toBeLessThan(LIMIT_MS);
    if (result.ok) expect(result.value.tasks.length).toBeGreaterThan(0);
    else expect(result.error.hints[0]?.message).toContain('too large');
  });
}

test('one that is too large names the line up to which it was read', () => {
  const result = parseIssue(fill('- a\n'));
  expect(result).toMatchObject({ ok: false, error: { hints: [{ line: expect.any(Number) }] } });
  expect(parseIssue('a'.repeat(4_000_001))).toMatchObject({ ok: false });
});

test('marks beyond what a paragraph may have are text, and its title stays what it was', () => {
  const result = parseIssue(`- [ ] **Add login**: do ${'**this** and '.repeat(500)}that`);
  if (!result.ok) throw new Error('Expected an issue');
  expect(result.value.tasks[0]?.title).toBe('Add login');
  expect(result.value.tasks[0]?.description.match(/\*\*this\*\*/gu)).toHaveLength(500);
});

test('what a comment hides stays hidden behind many marks, in long paragraphs and after open ones', () => {
  for (const lead of ['*a '.repeat(1000), 'line\n'.repeat(1500), 'x <? <![CDATA[ <!A '.repeat(3)]) {
    const text = `# T\n\n${lead} b <!-- secret\n${'secret\n'.repeat(1200)}secret --> c\n\n- [ ] task`;
    const result = parseIssue(text);
    expect(result.ok).toBe(true);
    expect(JSON.stringify(result)).not.toContain('secret');
  }
});

test('500 tasks with two kilobytes of prose each are read', { timeout: 30_000 }, () => {
  const prose = `  ${'Some words about `src/a.ts` that say what is to be done there. '.repeat(31)}\n`;
  const result = parseIssue(
    numbered(
      (index) => `- [ ] **Task no. ${index}**: do it\n\n${prose}\n`,
      500 * (prose.length + 34),
    ),
  );
  expect(result).toMatchObject({ ok: true });
  if (result.ok) expect(result.value.tasks.length).toBeGreaterThan(480);
});

test('more tasks than can be planned together are refused, with the line from which on they are too many', () => {
  const issue = `# Plan\n\n## Sub-Tasks\n\n${'- [ ] task `src/a.js`\n'.repeat(2_500)}`;
  expect(parseIssue(issue)).toEqual({
    ok: false,
    error: {
      code: 'issue-too-large',
      hints: [
        { line: 505, message: expect.stringContaining('2500 open tasks, and no more than 500') },
      ],
    },
  });
});
