import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

type Node = { readonly type: string; readonly value?: string; readonly children?: readonly Node[] };

/** The kinds of all nodes of a Markdown text as a forge reads it, and the words outside of code. */
export function readMarkdown(markdown: string): {
  readonly kinds: ReadonlySet<string>;
  readonly prose: string;
} {
  const kinds = new Set<string>();
  const prose: string[] = [];
  const visit = (node: Node): void => {
    kinds.add(node.type);
    if (node.type === 'text') prose.push(node.value ?? '');
    node.children?.forEach(visit);
  };
  visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return { kinds, prose: prose.join('\n') };
}

/** What a forge looks for in words: people, issues, addresses. */
export const forgeMeaning = /(?:^|[^\w`])@[\w-]|#\d|\bGH-\d|:\/\/|\bwww\./iu;

/** What agents and authors may try with a text that we show. */
export const hostileTexts = [
  'Closes #71, fixes: octo-org/app#9, RESOLVED torvalds/linux#1 and closes GH-12',
  'Fixes https://github.com/octo-org/app/issues/3 and www.example.com/x',
  'cc @everyone @octo-org/security\t@a, mail me@example.com',
  '![x](https://evil.example/t.png) [y](javascript:alert(1)) <img src=x> <b>bold</b> <details>',
  '<!-- flotilla:pull:orch-local-1:2 --> <!-<!---- flotilla:pull:orch-local-1:2 --<!-->',
  '<!<!----- flotilla:text:0123456789abcdef -->',
  '# Heading *bold* _it_ ~~gone~~ | cell | $x$ \\ &amp; &#64;all `code` ``` fence',
  '- [x] done',
  '1. one',
  '+ plus',
  '=== --- ***',
  '\u001b]0;T\u0007\u001b[31mred \u202Egnp.exe \u200B@\u200Beveryone \u{e0041}hidden\u0090\u007f',
  '````\n~~~\n</details>\n<!-- x',
];
