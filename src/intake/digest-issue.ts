import { createHash } from 'node:crypto';
import type { IssueDigest } from '../model/issue/issue-digest.ts';
import type { MasterIssue, Phase, SubTask } from '../model/issue/issue.ts';

const OUR_MARKER = /<!--\s*flotilla:[\s\S]*?-->/gu;
const CHECK_BOX = /^([^\S\n]*(?:[-*+]|\d{1,9}[.)])[^\S\n]+)\[x\]/gimu;

/** What of an item counts when it is asked whether the issue was edited. */
type Words = Pick<SubTask, 'title' | 'description' | 'acceptance' | 'phase'>;

/** A checked item that still tells what it asked for, so that checking it is no edit. */
export type DigestedItem = { readonly ordinal: number; readonly digest: string };

/**
 * What the issue asks for, as digests: of its items in order, of what holds for all of them, and of the prose round
 * them. They do not change with check marks, our own markers or white space.
 */
export function digestIssue(issue: MasterIssue): IssueDigest {
  return {
    items: digestItems(issue),
    common: digestOf([
      issue.phases.map(({ number, title, mode }: Phase) => [number, normal(title), mode]),
      issue.acceptance.map(normal),
    ]),
    background: digestOf([normal(issue.title), normal(issue.context)]),
  };
}

/** The titles of the items that are open. */
export function openTitles({ tasks }: MasterIssue): ReadonlyMap<number, string> {
  return new Map(tasks.map(({ ordinal, title }) => [ordinal, title]));
}

function digestItems(issue: MasterIssue): DigestedItem[] {
  const open = issue.tasks.map((task) => ({ ordinal: task.ordinal, digest: digestItem(task) }));
  const checked = issue.skipped.map((item) => {
    const { digest } = item as Partial<DigestedItem>;
    return { ordinal: item.ordinal, digest: digest ?? normal(item.title) };
  });
  return [...open, ...checked].toSorted((one, other) => one.ordinal - other.ordinal);
}

/** The digest of one item. */
export function digestItem({ title, description, acceptance, phase }: Words): string {
  return digestOf([normal(title), normal(description), acceptance.map(normal), phase]);
}

/** The digest of an item together with the text that it refers to. */
export function digestReference(item: string, words: readonly string[]): string {
  return digestOf([item, ...words.map(normal)]);
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Up to the last end of a comment, so that each beginning has one: without, each would look through all that follows. */
function withoutMarkers(text: string): string {
  const end = text.lastIndexOf('-->') + 3;
  return end < 3 ? text : `${text.slice(0, end).replace(OUR_MARKER, ' ')}${text.slice(end)}`;
}

function normal(text: string): string {
  return withoutMarkers(text).replace(CHECK_BOX, '$1[ ]').replace(/\s+/gu, ' ').trim();
}
