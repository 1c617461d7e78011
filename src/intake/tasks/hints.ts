import type { RootContent } from 'mdast';
import type { IntakeHint } from '../../model/issue/issue.ts';
import { linesOf, rangeOf, type MarkdownDocument } from '../markdown/markdown-document.ts';
import { hasCheckBox } from './criteria.ts';
import type { Section } from './section.ts';

const MAX_HINTS = 5;
const CHECK_BOX_LINE = /^[ \t]*[-*+] \[[ x]\] \S/im;
const ALMOST_CHECK_BOX = /^(?:[-*+]?[ \t]*\[[ x]?\]|[-*+]?[ \t]*[☐☑☒✅❌□])/i;

/** Where somebody who meant to write tasks should look, at most 5 places in the order of their lines. */
export function findHints(
  document: MarkdownDocument,
  sections: readonly Section[],
): readonly IntakeHint[] {
  if (document.text.trim() === '') {
    return [
      { line: 1, message: 'the issue is empty; write a checklist: `- [ ] **Title**: what to do`' },
    ];
  }
  const hints = sections
    .flatMap((section) => [...headingHints(document, section), ...blockHints(document, section)])
    .toSorted((one, other) => one.line - other.line)
    .slice(0, MAX_HINTS);
  return hints.length > 0 ? hints : [nothingFound];
}

const nothingFound: IntakeHint = {
  line: 1,
  message: 'no list of tasks; add `## Sub-Tasks` and below it `- [ ] **Title**: what to do`',
};

function headingHints(document: MarkdownDocument, section: Section): IntakeHint[] {
  if (section.heading === null) return [];
  const { start: line } = linesOf(document, section.heading);
  const isChecklistForOthers = section.blocks.some(
    (block) => block.type === 'list' && hasCheckBox(block),
  );
  if ((section.kind === 'criteria' || section.kind === 'people') && isChecklistForOthers)
    return [
      { line, message: 'this checklist is not read as tasks; write them below `## Sub-Tasks`' },
    ];
  if (section.kind !== 'tasks' && section.phase === null) return [];
  return [
    {
      line,
      message: 'a heading for tasks with none below it; write `- [ ] **Title**: what to do`',
    },
  ];
}

function blockHints(document: MarkdownDocument, section: Section): IntakeHint[] {
  if (section.kind === 'criteria' || section.kind === 'people') return [];
  return section.blocks.flatMap((block) => hintsOfBlock(document, block)).slice(0, MAX_HINTS);
}

function hintsOfBlock(document: MarkdownDocument, block: RootContent): IntakeHint[] {
  const { start: line } = linesOf(document, block);
  const source = document.text.slice(rangeOf(block).start, rangeOf(block).end);
  if (block.type === 'list') {
    return block.children.slice(0, MAX_HINTS).map((item) => ({
      line: linesOf(document, item).start,
      message: `a ${block.ordered ? 'numbered item' : 'bullet'} without a check box; write \`- [ ] …\``,
    }));
  }
  if (
    (block.type === 'code' || block.type === 'blockquote') &&
    CHECK_BOX_LINE.test(source.replace(/^[> ]+/gm, ''))
  )
    return [
      {
        line,
        message: `a checklist inside a ${block.type === 'code' ? 'code block' : 'quotation'} is not read; move it out`,
      },
    ];
  return block.type === 'paragraph' ? almostCheckBoxes(source, line) : [];
}

function almostCheckBoxes(source: string, line: number): IntakeHint[] {
  return source
    .split('\n')
    .map((text, index) => ({ text: text.trimStart(), line: line + index }))
    .filter(({ text }) => ALMOST_CHECK_BOX.test(text))
    .slice(0, MAX_HINTS)
    .map((found) => ({ line: found.line, message: 'almost a check box; write `- [ ] …`' }));
}
