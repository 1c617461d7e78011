import { basename } from 'node:path';
import { counted } from '../reporting/figures.ts';
import { plainText } from '../model/text/plain-text.ts';
import { shellWord } from '../reporting/shell-word.ts';
import type { Candidate } from '../workspace/clean/clean-candidate.ts';
import { sizeText } from '../reporting/size-text.ts';

/** A candidate and what cleaning did with it, or would do. */
export type CleanItem = {
  readonly candidate: Candidate;
  /** On the disk; null when it could not be measured. */
  readonly bytes: number | null;
  /** `left`: it should have been removed and could not be. `on-request`: `--all` removes it. */
  readonly state: 'removable' | 'removed' | 'left' | 'on-request' | 'kept';
  readonly why: string;
  /** The ref that holds a removed workspace's tree. */
  readonly safeIn: string | null;
};

export type Asked = {
  /** Whether the user said yes, so that things were removed. */
  readonly isDone: boolean;
  readonly isAll: boolean;
  /** The repository that holds the salvage refs. */
  readonly clone: string;
};

/** The table for people: what, how large, why; then the totals, and the line to type next. */
export function renderClean(items: readonly CleanItem[], asked: Asked): string {
  if (items.length === 0) return 'Nothing to clean.\n';
  const of = (...states: readonly CleanItem['state'][]): CleanItem[] =>
    items.filter(({ state }) => states.includes(state));
  const sections = [
    section('Removed', of('removed')),
    section('Could not be removed', of('left')),
    section('Can be removed', of('removable')),
    section('Kept, unless you give --all', of('on-request')),
    section('Kept', of('kept')),
  ];
  return [...sections.filter((text) => text !== ''), nextSteps(items, asked)].join('\n');
}

function section(title: string, items: readonly CleanItem[]): string {
  if (items.length === 0) return '';
  const nameWidth = Math.max(...items.map(({ candidate }) => nameOf(candidate).length));
  const rows = items.map((item) => {
    const size = sizeText(item.bytes).padStart(9);
    const place = item.safeIn === null ? '' : ` (now in ${item.safeIn})`;
    return `  ${nameOf(item.candidate).padEnd(nameWidth)}  ${size}  ${plainText(item.why, 300)}${place}`;
  });
  return `${title}: ${total(items)}\n${rows.join('\n')}\n`;
}

const nouns: Record<Candidate['kind'], string> = {
  workspace: 'workspace',
  trash: 'trash',
  temporary: 'temporary files',
  cache: 'cache',
  logs: 'logs',
  draft: 'draft',
  repository: 'repository',
};

function nameOf({ kind, path, owner }: Candidate): string {
  if (owner === null) return `${nouns[kind]} ${plainText(basename(path), 60)}`;
  const task =
    owner.task === null ? '' : owner.task === 'base' ? ', base check' : `, task ${owner.task}`;
  return `${nouns[kind]} of ${owner.run}${task}`;
}

function total(items: readonly CleanItem[]): string {
  return `${counted(items.length, 'thing')}, ${sizeText(sumOf(items))}`;
}

function sumOf(items: readonly CleanItem[]): number {
  return items.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}

function nextSteps(items: readonly CleanItem[], { isDone, isAll, clone }: Asked): string {
  const removable = items.filter(({ state }) => state === 'removable');
  const lines: string[] = [];
  if (removable.length > 0)
    lines.push(`Remove them with: flotilla clean ${isAll ? '--all ' : ''}--yes`);
  const isMoreOnRequest = items.some(({ state }) => state === 'on-request');
  if (removable.length === 0 && !isDone && !isMoreOnRequest)
    lines.push('Nothing can be removed now.');
  if (isMoreOnRequest)
    lines.push(
      `Remove what is kept, too: flotilla clean --all --yes (its work stays in salvage refs)`,
    );
  const salvaged = items.find(({ safeIn }) => safeIn?.startsWith('refs/flotilla/salvage/'));
  if (salvaged !== undefined)
    lines.push(
      `Look at what was salvaged with: git fetch ${shellWord(clone)} ${salvaged.safeIn} && git show FETCH_HEAD`,
    );
  return lines.map((line) => `${line}\n`).join('');
}

/** The same for scripts. */
export function cleanAsJson(
  items: readonly CleanItem[],
  { isDone }: Pick<Asked, 'isDone'>,
): object {
  const bytesOf = (state: CleanItem['state']): number =>
    sumOf(items.filter((item) => item.state === state));
  return {
    isDone,
    items: items.map(({ candidate, bytes, state, why, safeIn }) => ({
      kind: candidate.kind,
      path: candidate.path,
      run: candidate.owner?.run ?? null,
      task: candidate.owner?.task ?? null,
      bytes,
      state,
      why,
      safeIn,
    })),
    bytes: {
      removable: bytesOf('removable'),
      removed: bytesOf('removed'),
      onRequest: bytesOf('on-request'),
      kept: bytesOf('kept') + bytesOf('left'),
    },
  };
}
