import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openRuns } from '../../dashboard/open-runs.ts';
import { serveDashboard } from '../../dashboard/serve-dashboard.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainBlock } from '../../model/text/plain-text.ts';
import { UserError, type UserProblem } from '../../model/user-error.ts';
import type { CommandContext } from '../command-context.ts';
import { capture } from '../mcp/capture.ts';
import { spawnApart } from '../mcp/start-apart.ts';
import { openBrowser } from '../open-browser.ts';
import { untilSignalled } from '../until-signalled.ts';
import { renderProblem } from '../render-problem.ts';

export type DashboardOptions = {
  /** 0: any that is free. */
  readonly port?: number | undefined;
  /** False: the address is printed, and no browser is opened. */
  readonly open: boolean;
  /** It ends when the process that started it closes its standard input, or dies. */
  readonly withParent?: boolean | undefined;
};

/** `flotilla dashboard`: all runs of this user on a page, until Ctrl-C. */
export async function dashboard(
  { port = 0, open, withParent = false }: DashboardOptions,
  { env, stdin, stdout, stderr }: CommandContext,
): Promise<number> {
  const words = (problem: UserProblem): string => renderProblem(problem).message;
  const served = await serveDashboard({
    port,
    env,
    files: pageFiles(),
    onBug: (error) => void stderr.write(`${plainBlock(error.stack ?? String(error))}\n`),
    words,
    runs: openRuns(env, words),
    commands: {
      run: (args, directory) => capture(args, { directory, env }),
      start: (args, directory) => spawnApart(args, { directory, env }),
      runApart: (args, directory, signal) => spawnApart(args, { directory, env, signal }).ended,
    },
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    const message = `Port ${port} cannot be used (${error.code}): choose another with --port, or leave it out`;
    throw new UserError({ code: 'usage', message });
  });
  const left = withParent ? Promise.race([untilSignalled(), leftBy(stdin)]) : untilSignalled();
  stdout.write(`${served.url}\n`);
  if (stdout.isTTY)
    stderr.write(
      'This address is the key: it lets in who has it. Ctrl-C ends the page; runs go on.\n',
    );
  await using opened = new AsyncDisposableStack();
  if (open && stdout.isTTY) opened.use(await openBrowser(served.url, env));
  await left;
  await served.close();
  return exitCodes.succeeded;
}

async function leftBy(stdin: NodeJS.ReadStream): Promise<void> {
  stdin.resume();
  await once(stdin, 'close');
}

/** The page as the build left it: next to the compiled program, also where that is not what runs. */
function pageFiles(): string {
  return fileURLToPath(new URL('../../../dist/web/', import.meta.url));
}
