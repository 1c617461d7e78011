import { testSinks, type TestOptions } from '../../app/notify/test-sinks.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import type { CommandContext } from '../command-context.ts';
import { forUser } from '../terminal-user.ts';

/**
 * `flotilla notify`: lists the sinks of notifications; with `--test`, sends one to each and prints what it answered. Gives 1
 * when one of them failed.
 */
export async function notify(options: TestOptions, context: CommandContext): Promise<number> {
  const sinks = await testSinks(options, forUser(context));
  if (sinks.length === 0)
    context.stdout.write(
      'No sink of notifications is configured: name some under notifications.sinks in .claude/config/parallel-orchestration.json\n',
    );
  for (const { name, on, answer } of sinks) {
    const sign = answer === null ? ' ' : answer.isTaken ? '✓' : '✗';
    const words = answer === null ? (on?.join(', ') ?? 'all') : answer.words;
    context.stdout.write(`${sign} ${plainText(`${name}: ${words}`, 300)}\n`);
  }
  const hasFailed = sinks.some(({ answer }) => answer?.isTaken === false);
  return hasFailed ? exitCodes.partial : exitCodes.succeeded;
}
