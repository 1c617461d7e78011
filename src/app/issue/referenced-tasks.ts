import { digestIssue, digestReference } from '../../intake/digest-issue.ts';
import { withOrdersAgain } from '../../intake/order/with-orders.ts';
import { readDocument } from '../../intake/markdown/markdown-document.ts';
import type { IssueDigest } from '../../model/issue/issue-digest.ts';
import type { IssueReference, MasterIssue, SubTask } from '../../model/issue/issue.ts';

/** What is known of a referenced issue. All of its text is untrusted. */
export type ReferencedIssue = {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
};

/** What stands for a title where the author gave none. */
const bareReference =
  /^(?:(?:https?:\/\/[\w.:-]+\/)?([\w.-]+)\/([\w.-]+)(?:\/issues\/|#)|#|GH-)(\d+)(?:[\s:–-]+|$)/u;

/** A prompt has room for so much of one issue. */
const longestBody = 20_000;

/**
 * The master issue with the words of the issues that its tasks refer to: their titles where the task has none of its own,
 * and their bodies as the tasks' text. A task whose issue is closed asks for no work.
 */
export function withReferences(
  master: MasterIssue,
  find: (reference: IssueReference) => ReferencedIssue | null,
): MasterIssue {
  const tasks: SubTask[] = [];
  const skipped = [...master.skipped];
  const changed = new Set<number>();
  for (const task of master.tasks) {
    const issue = task.reference === null ? null : find(task.reference);
    if (issue === null) {
      tasks.push(task);
      continue;
    }
    const title = ownTitle(task) || oneLine(issue.title);
    if (issue.state === 'closed') skipped.push({ ordinal: task.ordinal, title, reason: 'checked' });
    else {
      tasks.push({ ...task, title, description: describe(task, issue) });
      changed.add(task.ordinal);
    }
  }
  const inOrder = skipped.toSorted((one, other) => one.ordinal - other.ordinal);
  return withOrdersAgain({ ...master, tasks, skipped: inOrder }, changed);
}

/**
 * What the master issue asks for, the issues included that its items refer to. It stays the same when such an issue is
 * closed, or its item is checked.
 */
export function digestWithReferences(
  master: MasterIssue,
  find: (reference: IssueReference) => ReferencedIssue | null,
): IssueDigest {
  const references = new Map<number, IssueReference | null>([
    ...master.tasks.map(({ ordinal, reference }) => [ordinal, reference] as const),
    ...master.skipped.map(({ ordinal, title }) => [ordinal, referenceIn(title)] as const),
  ]);
  const plain = digestIssue(master);
  const items = plain.items.map((item) => {
    const reference = references.get(item.ordinal) ?? null;
    const issue = reference === null ? null : find(reference);
    return issue === null
      ? item
      : { ...item, digest: digestReference(item.digest, [oneLine(issue.title), issue.body]) };
  });
  return { ...plain, items };
}

/** A checked item is known by its title alone. */
function referenceIn(title: string): IssueReference | null {
  const [, owner = null, repo = null, number] = bareReference.exec(title) ?? [];
  return number === undefined ? null : { owner, repo, number: Number(number) };
}

/** A checklist of issues, for a master issue that has sub-issues and no list of its own. */
export function checklistOf(issues: readonly ReferencedIssue[]): string {
  const items = issues.map(
    ({ number, state }) => `- [${state === 'closed' ? 'x' : ' '}] #${number}`,
  );
  return `\n\n## Sub-Tasks\n\n${items.join('\n')}\n`;
}

/** What the author wrote next to the reference. */
function ownTitle({ title }: SubTask): string {
  return title.replace(bareReference, '').trim();
}

function oneLine(text: string): string {
  return text
    .replace(/^\[Master #\d+\]\s*/u, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** Nothing that a reader of the rendered issue cannot see. */
function describe(task: SubTask, { body, labels }: ReferencedIssue): string {
  const visible = readDocument(body).text.trim();
  // Which agent is wanted may be said by a label, too.
  const agent = labels.filter((label) => /^agent:[a-z]+$/u.test(label)).slice(0, 1);
  return [task.description, visible.slice(0, longestBody), ...agent]
    .filter((text) => text !== '')
    .join('\n\n');
}
