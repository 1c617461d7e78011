import { toString } from 'mdast-util-to-string';
import type { Passage, SubTask } from '../../model/issue/issue.ts';
import { linesOf, rangeOf, type MarkdownDocument } from '../markdown/markdown-document.ts';
import type { SectionReading } from '../tasks/read-section.ts';

/** What of a task a passage is made of. */
type TaskText = Pick<SubTask, 'ordinal' | 'title' | 'description' | 'acceptance' | 'lines'>;

/** All that an issue says, in pieces: each task's title and text, and the prose around the tasks. */
export function passagesOf(
  document: MarkdownDocument,
  readings: readonly SectionReading[],
  items: readonly Pick<SubTask, 'ordinal' | 'lines'>[],
  tasks: readonly TaskText[],
): Passage[] {
  const source = document.text.split('\n');
  const shown = new Map<number, string>();
  for (const [index, line] of source.entries()) {
    const own = document.lineOf(index + 1);
    shown.set(own, `${shown.get(own) ?? ''}${line}`);
  }
  const prose = readings.flatMap(({ prose: blocks }) =>
    blocks
      .filter(({ type }) => type !== 'thematicBreak' && type !== 'code' && type !== 'table')
      .map((block) => {
        const { start, end } = rangeOf(block);
        const lines = linesOf(document, block);
        const text = block.type === 'heading' ? toString(block) : document.text.slice(start, end);
        const above = items.findLast((item) => item.lines.start < lines.start)?.ordinal ?? 0;
        return { task: null, above, text, lines: consecutive(lines.start, text) };
      }),
  );
  return [...tasks.flatMap((task) => passagesOfTask(task, shown)), ...prose];
}

/** A task's title and its text as passages; the title is always the first. */
export function passagesOfTask(
  { ordinal, title, description, acceptance, lines }: TaskText,
  shown: ReadonlyMap<number, string> = new Map(),
): Passage[] {
  const owner = { task: ordinal, above: ordinal - 1 };
  const text = [description, ...acceptance].filter((part) => part !== '').join('\n');
  return [
    { ...owner, text: title, lines: [lines.start] },
    ...(text === '' ? [] : [{ ...owner, text, lines: locate(text, lines, shown) }]),
  ];
}

/** Where the lines of a task's text are in the issue; a line that is not found there counts as at the line before. */
function locate(
  text: string,
  { start, end }: SubTask['lines'],
  shown: ReadonlyMap<number, string>,
): number[] {
  let at = start;
  return text.split('\n').map((line) => {
    const words = line.trim();
    if (words === '') return at;
    for (let next = at; next <= Math.min(end, at + 200); next += 1)
      if (shown.get(next)?.includes(words)) return (at = next);
    return at;
  });
}

function consecutive(start: number, text: string): number[] {
  return text.split('\n').map((_, index) => start + index);
}
