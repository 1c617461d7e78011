// oxlint-disable-next-line no-restricted-imports -- a digest depends on its input alone
import { createHash } from 'node:crypto';
import type { MasterIssue, Phase, SubTask } from '../model/issue.ts';

const OUR_MARKER = /<!--\s*flotilla:[\s\S]*?-->/gu;
const CHECK_BOX = /^(\s*(?:[-*+]|\d{1,9}[.)])\s+)\[x\]/gimu;

/** What of an item counts when it is asked whether the issue was edited. */
type Words = Pick<SubTask, 'title' | 'description' | 'acceptance' | 'phase'>;

/** A checked item that still tells what it asked for, so that checking it is no edit. */
export type DigestedItem = { readonly ordinal: number; readonly digest: string };

/**
 * A digest of what the issue asks for: its items in order, their phases, and the criteria for all.
 * It does not change with check marks, our own markers, white space, or the prose around the tasks.
 */
export function hashTasks(issue: MasterIssue): string {
  const open = issue.tasks.map((task) => ({ ordinal: task.ordinal, digest: digestItem(task) }));
  const checked = issue.skipped.map((item) => {
    const { digest } = item as Partial<DigestedItem>;
    return { ordinal: item.ordinal, digest: digest ?? normal(item.title) };
  });
  const items = [...open, ...checked].toSorted((one, other) => one.ordinal - other.ordinal);
  return digestOf([
    items.map((item) => item.digest),
    issue.phases.map(({ number, title, mode }: Phase) => [number, normal(title), mode]),
    issue.acceptance.map(normal),
  ]);
}

/** The same for one item. */
export function digestItem({ title, description, acceptance, phase }: Words): string {
  return digestOf([normal(title), normal(description), acceptance.map(normal), phase]);
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function normal(text: string): string {
  return text.replace(OUR_MARKER, ' ').replace(CHECK_BOX, '$1[ ]').replace(/\s+/gu, ' ').trim();
}
