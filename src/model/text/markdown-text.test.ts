import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { toString } from 'mdast-util-to-string';
import { expect, test } from 'vitest';
import { forgeMeaning, hostileTexts, readMarkdown } from '../../../test/rig/read-markdown.ts';
import {
  authorText,
  codeCell,
  codeSpan,
  fencedBlock,
  fencedProse,
  markdownText,
} from './markdown-text.ts';

const parse = (text: string) =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

test.each(hostileTexts)('%j means nothing in a line', (text) => {
  for (const line of [markdownText(text, 500), authorText(text.replaceAll('`', ''), 500)])
    for (const around of [line, `- ${line}`, `before ${line} after`, `> ${line}`]) {
      const { kinds, prose } = readMarkdown(around);
      expect(prose).not.toMatch(forgeMeaning);
      for (const kind of [
        'html',
        'image',
        'link',
        'heading',
        'code',
        'emphasis',
        'delete',
        'strong',
      ])
        expect(kinds).not.toContain(kind);
      expect(around).not.toContain('<!--');
    }
});

test.each(hostileTexts)('%j stays inside of code', (text) => {
  for (const [shown, kind] of [
    [codeSpan(text), 'inlineCode'],
    [fencedBlock(text), 'code'],
    [fencedProse(text), 'code'],
  ] as const) {
    const { kinds, prose } = readMarkdown(`before\n\n${shown}\n\nafter`);
    expect(kinds).toContain(kind);
    expect(prose.split('\n')).toEqual(['before', 'after']);
    expect(kinds).not.toContain('html');
    expect(shown).not.toContain('<!--');
  }
});

test('a cell of code holds its pipes', () => {
  const table = `| a | b |\n|---|---|\n| ${codeCell('x | y')} | z |`;
  expect(toString(parse(table))).toContain('x | y');
});

test('what is said can be read still', () => {
  const text = 'Adds `cart.js` (see #71), asks @ann: 2 * 3 < 7 & done!';
  expect(toString(parse(authorText(text))).replaceAll('\u200B', '')).toBe(text.replaceAll('`', ''));
  expect(toString(parse(markdownText('1. first')))).toBe('1. first');
});

test('prose in code is broken where the page ends', () => {
  const words = 'word '.repeat(60).trim();
  const lines = fencedProse(`${words}\n${'x'.repeat(300)}`)
    .split('\n')
    .slice(1, -1);
  expect(lines.slice(0, -1).every((line) => line.length <= 100)).toBe(true);
  expect(lines.join(' ')).toBe(`${words} ${'x'.repeat(300)}`);
});
