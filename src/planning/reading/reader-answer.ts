import { z } from 'zod';
import { err, ok, type Result } from '../../model/result.ts';
import type { DropReason, Proposal, SecondReading } from '../../model/plan/second-reading.ts';
import { countWords, openQuotations } from './quotation.ts';

/** What an answer is checked against. */
export type AnswerGround = {
  /** The issue as its readers see it. */
  readonly issue: string;
  /** The files of the base. */
  readonly files: ReadonlySet<string>;
  /** The tasks that are planned. */
  readonly ordinals: readonly number[];
};

/** A longer answer is rejected. */
const longestAnswer = 200_000;
/** Of each kind: each quotation is looked for in the whole issue. */
const mostOfKind = 100;
/** A longer quotation is looked for in vain, and nobody would read it. */
const longestWords = 300;

const ordinal = z.int().positive();
const words = z.string().max(longestWords);
const path = z.string().min(1).max(1_000);
const list = z.array(z.unknown()).default([]);

const answer = z.object({ orders: list, files: list, sizes: list, collisions: list });

/** One item of each list. What else an item holds is not looked at. */
const items = {
  orders: z
    .object({ task: ordinal, after: ordinal, words })
    .transform((found): Proposal => ({ kind: 'order', ...found })),
  files: z
    .object({ task: ordinal, path, words })
    .transform((found): Proposal => ({ kind: 'file', ...found })),
  sizes: z
    .object({ task: ordinal, minutes: z.number().min(1).max(600), words })
    .transform((found): Proposal => ({ kind: 'size', ...found })),
  collisions: z
    .object({ tasks: z.tuple([ordinal, ordinal]), path, words })
    .transform(({ tasks: [one, other], ...found }): Proposal => ({
      ...{ kind: 'collision', ...found },
      tasks: one < other ? [one, other] : [other, one],
    })),
} as const;

/**
 * Reads what a second reader answered, and drops what is based on nothing: words that are not in the issue, files
 * that are not in the base, tasks that are not planned. An error says why the whole is no answer.
 */
export function readAnswer(
  text: string,
  ground: AnswerGround,
): Result<Pick<SecondReading, 'proposals' | 'dropped'>, string> {
  if (text.length > longestAnswer) return err('its answer is too long');
  const parsed = answer.safeParse(parseJson(text));
  if (!parsed.success) return err('its answer is not the requested JSON');
  const isQuoted = openQuotations(ground.issue);
  const kept = new Map<string, Proposal>();
  const drops = new Map<DropReason, number>();
  const drop = (why: DropReason, count = 1): void =>
    void drops.set(why, (drops.get(why) ?? 0) + count);
  for (const [name, schema] of Object.entries(items)) {
    const all = parsed.data[name as keyof typeof items];
    if (all.length > mostOfKind) drop('too-many', all.length - mostOfKind);
    for (const item of all.slice(0, mostOfKind)) {
      const found = schema.safeParse(item);
      const why = found.success ? objection(found.data, ground, isQuoted) : 'form';
      if (why !== null) drop(why);
      else if (found.success && !kept.has(keyOf(found.data)))
        kept.set(keyOf(found.data), found.data);
    }
  }
  return ok({
    proposals: [...kept.values()],
    dropped: [...drops].map(([why, count]) => ({ why, count })),
  });
}

/** A program may set its JSON in a fence; anything else around it is against its instructions. */
function parseJson(text: string): unknown {
  const fenced = /^```(?:json)?\n([^]*)\n```$/u.exec(text.trim());
  try {
    return JSON.parse(fenced?.[1] ?? text);
  } catch {
    return null;
  }
}

function objection(
  proposal: Proposal,
  { files, ordinals }: AnswerGround,
  isQuoted: (words: string) => boolean,
): DropReason | null {
  const tasks = tasksOf(proposal);
  if (new Set(tasks).size < tasks.length || !tasks.every((task) => ordinals.includes(task)))
    return 'no-such-task';
  if ('path' in proposal && !files.has(proposal.path)) return 'no-such-file';
  return isEnough(proposal) && isQuoted(proposal.words) ? null : 'words-not-in-issue';
}

/** A single common word is in most issues: a link between two tasks needs more. */
function isEnough({ kind, words: quoted }: Proposal): boolean {
  if (kind === 'order' || kind === 'collision') return countWords(quoted) >= 2;
  return quoted.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= 4;
}

/** The tasks that a proposal is about; of an order, the later one first. */
export function tasksOf(proposal: Proposal): readonly number[] {
  switch (proposal.kind) {
    case 'order':
      return [proposal.task, proposal.after];
    case 'collision':
      return proposal.tasks;
    case 'file':
    case 'size':
      return [proposal.task];
  }
}

/** The first of those that say the same counts. */
function keyOf(proposal: Proposal): string {
  const about = 'path' in proposal ? proposal.path : '';
  return [proposal.kind, ...tasksOf(proposal), about].join(' ');
}
