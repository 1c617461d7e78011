import { basename } from 'node:path';
import { Hono } from 'hono';
import { postedJson, refused } from './answers.ts';
import { isDraft, planDraft } from './draft-issue.ts';
import type { OpenRuns } from './open-runs.ts';
import type { PageCommands } from './page-commands.ts';
import { startCommand } from './start-command.ts';

export type RepositoryRouteParams = {
  readonly runs: OpenRuns;
  readonly commands: PageCommands;
};

/** The repositories of the user, and what begins in one: an issue that is typed, and its run. */
export function repositoryRoutes({ runs, commands }: RepositoryRouteParams): Hono {
  const app = new Hono();
  app.get('/', async (context) => {
    const known = await runs.repositories();
    return context.json(
      known.map(({ folder, repository }) => ({ name: basename(folder), path: repository })),
    );
  });
  app.post('/:state/draft', async (context) => {
    const known = await runs.repository(context.req.param('state'));
    if (known === null) return context.notFound();
    const { parsePosted, repositoryInputs } = await import('./inputs.ts');
    const body = parsePosted(repositoryInputs.draft, await postedJson(context));
    if (!body.ok) return context.json(refused(body.words), 400);
    const { signal } = context.req.raw;
    return context.json(await planDraft(known, body.input.text, { commands, signal }));
  });
  app.post('/:state/start', async (context) => {
    const known = await runs.repository(context.req.param('state'));
    if (known === null) return context.notFound();
    const { parsePosted, repositoryInputs } = await import('./inputs.ts');
    const body = parsePosted(repositoryInputs.start, await postedJson(context));
    if (!body.ok) return context.json(refused(body.words), 400);
    const { path, isForced = false } = body.input;
    if (!(await isDraft(known, path)))
      return context.json(refused('This is no draft of this repository: plan it again.'), 400);
    const flags = isForced ? ['--yes', '--force'] : ['--yes'];
    const args = ['orchestrate', path, '--json', ...flags];
    return context.json(await startCommand(commands.start(args, known.repository)));
  });
  return app;
}
