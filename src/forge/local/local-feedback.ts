import { createHash } from 'node:crypto';
import type { BareClone } from '../../git/bare-clone.ts';
import { resolveRevision } from '../../git/refs.ts';
import type { Forge } from '../forge.ts';
import type { ReviewRequest } from '../pull-report.ts';
import type { Records } from './records.ts';

export type LocalFeedbackOrder = {
  readonly clone: BareClone;
  readonly records: Records;
};

/** What a person writes into a pull request's file to ask for changes; the requests are in `comments`. */
const asking = 'changes-requested';

/** What comes back from pull requests of the local forge: what somebody wrote into the heads of their files. */
export function localFeedback({
  clone,
  records,
}: LocalFeedbackOrder): Pick<
  Forge,
  'readJobLog' | 'readReviewRequests' | 'fetchBranch' | 'ensureAnswer'
> {
  return {
    readJobLog: async () => null,
    readReviewRequests: async (pull) => {
      const head = (await records.read(pull))?.head ?? {};
      if (head['review'] !== asking) return [];
      const comments = Array.isArray(head['comments']) ? head['comments'] : [];
      return comments.filter((comment) => typeof comment === 'string').flatMap(requestOf);
    },
    fetchBranch: (branch) => resolveRevision(clone.git, `refs/heads/${branch}^{commit}`),
    ensureAnswer: async ({ pull, body }) => {
      await records.amend(pull, { answer: body.split('\n')[0] ?? '' });
    },
  };
}

/** `src/cart.js:12: Name it total` is about a line, `src/cart.js: …` about a file, anything else about the whole. */
const aboutFile = /^([^\s:]+):(?:(\d+):)?\s+(\S[\s\S]*)$/u;

/** Anyone who can write to the file is the user. */
function requestOf(comment: string): readonly ReviewRequest[] {
  const text = comment.trim();
  if (text === '') return [];
  const [, path = null, line, rest] = aboutFile.exec(text) ?? [];
  const id = `comment:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  const place = { path, line: line === undefined ? null : Number(line) };
  return [{ id, author: 'the reviewer', isTrusted: true, body: rest ?? text, ...place }];
}
