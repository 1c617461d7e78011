import { Hono, type Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { postedJson, refused } from './answers.ts';
import type { OpenRuns } from './open-runs.ts';
import type { PageCommands } from './page-commands.ts';
import type { ActionAnswer } from './page-data.ts';
import { readDiff } from './read-diff.ts';
import { readLog } from './read-log.ts';
import { startCommand } from './start-command.ts';
import { streamRun } from './streams.ts';
import { taskPage } from './task-page.ts';
import type { WatchedRun } from './watch-run.ts';

export type RunRouteParams = {
  readonly runs: OpenRuns;
  readonly commands: PageCommands;
  readonly env: NodeJS.ProcessEnv;
};

const gone = refused('There is no such run any more.');

/** One run: what it shows, and what can be done to it. */
export function runRoutes({ runs, commands, env }: RunRouteParams): Hono {
  const app = new Hono();
  const find = (context: Context): Promise<WatchedRun | null> =>
    runs.watch(`${context.req.param('state')}/${context.req.param('run')}`);
  const withRun =
    (answer: (context: Context, run: WatchedRun) => Promise<Response>) =>
    async (context: Context): Promise<Response> => {
      const run = await find(context);
      if (run === null) return context.json(gone, 404);
      try {
        return await answer(context, run);
      } finally {
        run.release();
      }
    };

  app.get(
    '/:state/:run',
    withRun(async (context, run) => context.json(run.page())),
  );
  app.get('/:state/:run/stream', async (context) => {
    const run = await find(context);
    if (run === null) return context.json(gone, 404);
    const last = Number(context.req.header('Last-Event-ID') ?? 0);
    return streamSSE(context, async (stream) => {
      try {
        await streamRun(run, Number.isSafeInteger(last) ? last : 0, stream);
      } finally {
        run.release();
      }
    });
  });
  app.get('/:state/:run/tasks/:task', withRun(showTask));
  app.get(
    '/:state/:run/tasks/:task/diff',
    withRun(async (context, run) => {
      const task = taskIn(context, run);
      if (task === null) return context.notFound();
      const argument = { issue: run.state().run, task };
      return context.json(await readDiff(argument, { directory: run.repository, env }));
    }),
  );
  app.get('/:state/:run/tasks/:task/log', withRun(showLog));
  app.post(
    '/:state/:run/:action',
    withRun((context, run) => act(context, run, commands)),
  );
  return app;
}

async function showTask(context: Context, run: WatchedRun): Promise<Response> {
  const task = taskIn(context, run);
  return task === null ? context.notFound() : context.json(taskPage(run.state(), task));
}

/** The number of the task that is asked for; null when the run has no such task. */
function taskIn(context: Context, run: WatchedRun): number | null {
  const asked = context.req.param('task');
  return run.state().tasks.find(({ ordinal }) => String(ordinal) === asked)?.ordinal ?? null;
}

async function showLog(context: Context, run: WatchedRun): Promise<Response> {
  const { what = 'said', after = '0', of = '' } = context.req.query();
  const from = /^\d+$/u.test(after) ? Number(after) : Number.NaN;
  if ((what !== 'said' && what !== 'raw') || !Number.isSafeInteger(from))
    return context.json(refused('what is said or raw, after a number of bytes.'), 400);
  const task = taskIn(context, run);
  if (task === null) return context.notFound();
  const { state, repository } = run;
  return context.json(await readLog({ what, after: from, of, repository, state: state(), task }));
}

/** Does what somebody asked for, as the command does. */
async function act(context: Context, run: WatchedRun, commands: PageCommands): Promise<Response> {
  const name = context.req.param('action') ?? '';
  // Loaded when somebody acts: that is rare, and takes memory.
  const [{ pageActions }, { parsePosted }] = await Promise.all([
    import('./actions.ts'),
    import('./inputs.ts'),
  ]);
  const action = Object.hasOwn(pageActions, name) ? pageActions[name] : undefined;
  if (action === undefined) return context.notFound();
  const input = parsePosted(action.input, await postedJson(context));
  if (!input.ok) return context.json(refused(input.words), 400);
  const args = action.args(run.state().run, input.input);
  if (action.isLong) {
    const about = action.isSilent && !run.seen().isAlive ? run : null;
    return context.json(await startCommand(commands.start(args, run.repository), about));
  }
  const { code, output, errors } = await commands.run(args, run.repository);
  const words = [output, errors]
    .filter((part) => part !== '')
    .join('\n')
    .trim();
  return context.json({ isDone: code === 0, words } satisfies ActionAnswer);
}
