import { createHash } from 'node:crypto';
import type { PullRemark } from '../model/event/pull-remark.ts';
import { placedWords } from '../model/text/placed-words.ts';
import { UserError } from '../model/user-error.ts';

/** What the user of `address` asks of one task, in the words of `--remark`. */
export type GivenRemark = {
  readonly task: number;
  readonly remark: PullRemark;
};

/** Reads `2:src/cart.js:12: Name it total`. Throws a `UserError` for what names no task. */
export function readGivenRemark(text: string): GivenRemark {
  const { task, rest } =
    /^(?<task>[1-9]\d*):\s*(?<rest>\S[\s\S]*)$/u.exec(text.trim())?.groups ?? {};
  if (task === undefined || rest === undefined) {
    const message =
      'A remark begins with the number of its task: --remark "2:src/cart.js:12: Name it total", or "2: Test the empty cart"';
    throw new UserError({ code: 'usage', message });
  }
  const { path, line, words } = placedWords(rest);
  const digest = createHash('sha256').update(text.trim()).digest('hex').slice(0, 16);
  return {
    task: Number(task),
    remark: {
      ...{ kind: 'review', id: `remark:${digest}`, author: 'the user of Flotilla' },
      ...{ path, line, body: words },
    },
  };
}
