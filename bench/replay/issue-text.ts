/** What one task says: a commit's message. */
export type TaskWords = { readonly title: string; readonly description: string };

const mostOfBody = 2_000;

/** Splits a commit's message, and takes out what Markdown would read as something else than words. */
export function taskWords(message: string): TaskWords {
  const [subject = '', ...body] = message.split('\n');
  const title = harmless(subject).replaceAll('*', '').replaceAll(/\s+/gu, ' ');
  return {
    title: title === '' ? 'Change what is meant' : title,
    description: body.map(harmless).join('\n').slice(0, mostOfBody).trim(),
  };
}

/** One line without what begins a block (a list, a heading, a quotation, code), opens HTML or points at another issue. */
function harmless(line: string): string {
  let rest = line.trim().replaceAll(/<(?=[a-z!/?])/giu, '‹');
  const opening =
    /^(?:[-*+](?:\s+|$)|\d+[.)]\s+|#+\s*\d*|>+|`{3,}.*$|~{3,}.*$|\[[ x]?\]|={2,}|-{2,}|\|)\s*/iu;
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(opening, '');
  }
  return rest;
}

/** A master issue with these tasks, in their order. */
export function issueText(title: string, tasks: readonly TaskWords[]): string {
  const items = tasks.map(({ title: own, description }) => {
    const body = description.replaceAll(/\n{2,}/gu, '\n\n').split('\n');
    const lines = body.map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
    return `- [ ] **${own}**\n${description === '' ? '' : `\n${lines}\n`}`;
  });
  return `# ${title}\n\n## Sub-Tasks\n\n${items.join('\n')}`;
}

/**
 * Words from which a plan can read the given order and nothing else: each task names a new file that no other one names,
 * and the earlier tasks that it must come after.
 */
export function orderedWords(
  count: number,
  pairs: readonly (readonly [number, number])[],
): TaskWords[] {
  return Array.from({ length: count }, (_, at) => {
    const task = at + 1;
    const before = pairs.flatMap(([one, other]) => (other === task ? [one] : []));
    const order = before.map((one) => `Depends on task ${one}.`).join(' ');
    const place = `Creates \`replay-part-${task}/made-${task}.txt\`.`;
    return {
      title: `Part ${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[at] ?? task}`,
      description: `${place} ${order}`.trim(),
    };
  });
}
