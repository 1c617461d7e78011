import { diffArguments, withTaskDiff } from '../app/place/task-diff.ts';
import { runCommand } from '../process/run-command.ts';
import { openVisibleDiff } from '../reporting/visible-diff.ts';
import type { DiffPage } from './page-data.ts';

/** A page holds so much of a difference, and of one line. */
const mostBytes = 1_500_000;
const longestLine = 2_000;

/** What a task's branch changes, as git says it, with control characters as symbols. Null: there is nothing to show. */
export async function readDiff(
  argument: { readonly issue: string; readonly task: number },
  context: { readonly directory: string; readonly env: NodeJS.ProcessEnv },
): Promise<DiffPage> {
  const found = await withTaskDiff(argument, context, async (range): Promise<DiffPage> => {
    const enough = new AbortController();
    const visible = openVisibleDiff(false);
    const decoder = new TextDecoder();
    let text = '';
    const { end, stderr } = await runCommand({
      argv: ['git', ...diffArguments(range)],
      cwd: range.directory,
      env: context.env,
      signal: enough.signal,
      onOutput: (chunk) => {
        if (text.length > mostBytes) enough.abort();
        else text += visible.push(decoder.decode(chunk, { stream: true }));
      },
    });
    text += visible.push(decoder.decode()) + visible.flush();
    const isCut = end.kind === 'stopped';
    if (!isCut && (end.kind !== 'exited' || end.code !== 0))
      return { text: '', isCut: false, why: `git could not say: ${stderr.slice(-500)}` };
    const why = text === '' ? 'It has changed nothing yet.' : null;
    return { text: text.split('\n').map(shorten).join('\n'), isCut, why };
  });
  return 'why' in found ? { text: '', isCut: false, why: found.why } : found.shown;
}

function shorten(line: string): string {
  return line.length <= longestLine
    ? line
    : `${line.slice(0, longestLine)}… (${line.length - longestLine} more characters)`;
}
