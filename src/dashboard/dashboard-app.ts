import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import { UserError, type UserProblem } from '../model/user-error.ts';
import { changeableOptions } from './changeable-options.ts';
import { mostBytes, refused } from './answers.ts';
import { guard, type GuardParams } from './guard.ts';
import { historyRoute } from './history-route.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { runRoutes, type RunRouteParams } from './run-routes.ts';
import { serveStatic } from './static-files.ts';
import { streamOverview } from './streams.ts';

export type DashboardParams = GuardParams &
  RunRouteParams & {
    /** The folder of the page's files. */
    readonly files: string;
    /** Puts what the user must fix into words. */
    readonly words: (problem: UserProblem) => string;
    /** Says what went wrong in the server itself. */
    readonly onBug: (error: Error) => void;
  };

/** Everything that the server answers. */
export function dashboardApp(params: DashboardParams): Hono {
  const { runs, words, onBug } = params;
  const app = new Hono();
  app.use(guard(params));
  const tooLarge = `That is too large: ${mostBytes} bytes at most.`;
  const onError = (context: Context): Response => context.json(refused(tooLarge), 413);
  app.use('/api/*', bodyLimit({ maxSize: mostBytes, onError }));
  app.onError((error, context) => {
    if (error instanceof UserError) return context.json(refused(words(error.problem)), 409);
    onBug(error);
    return context.json(refused('This is a bug in Flotilla; its terminal shows more.'), 500);
  });
  app.get('/api/overview', async (context) => context.json(await runs.overview()));
  app.get('/api/overview/stream', (context) =>
    streamSSE(context, (stream) => streamOverview(runs, stream)),
  );
  app.get('/api/options', (context) => context.json(changeableOptions));
  app.route('/api/history', historyRoute(params.commands));
  app.route('/api/repositories', repositoryRoutes(params));
  app.route('/api/runs', runRoutes(params));
  app.all('/api/*', (context) => context.json(refused('There is no such address.'), 404));
  app.get('*', serveStatic(params.files));
  return app;
}
