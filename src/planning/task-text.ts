import { listed } from '../model/text/listed.ts';
import type { SubTask } from '../model/issue/issue.ts';

/** Everything that a task says, as one text. */
export function textOf({ title, description, acceptance }: SubTask): string {
  return [title, description, ...acceptance].join('\n');
}

/** Whether a text asks for tests. */
export function asksForTests(text: string): boolean {
  return /\btest(?:s|ed|ing)?\b|\bcoverage\b|\bspecs?\b/iu.test(text);
}

/** Whether a task is about documents, which need no tests. */
export function isAboutDocuments(title: string): boolean {
  return /\bdocument|\bdocs?\b|\breadme\b|\bguides?\b|\btutorials?\b|\bchangelog\b/iu.test(title);
}

/** Where a task stands, for evidence: `line 7 of the issue`. */
export function linesOf(tasks: readonly Pick<SubTask, 'lines'>[]): string {
  const numbers = tasks.map(({ lines }) => lines.start);
  if (numbers.length === 1) return `line ${numbers[0]} of the issue`;
  const shown = numbers.slice(0, 12);
  const more = numbers.length > shown.length ? ', …' : '';
  return `lines ${listed(shown)}${more} of the issue`;
}

/** `Task 3`, or `Tasks 1, 2 and 5`. */
export function named(ordinals: readonly number[]): string {
  if (ordinals.length === 1) return `Task ${ordinals[0]}`;
  if (ordinals.length <= 16) return `Tasks ${listed(ordinals)}`;
  return `Tasks ${ordinals.slice(0, 12).join(', ')} and ${ordinals.length - 12} more`;
}
