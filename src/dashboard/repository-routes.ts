import { basename } from 'node:path';
import { Hono } from 'hono';
import { z } from 'zod';
import { postedJson, refused } from './answers.ts';
import { isDraft, planDraft } from './draft-issue.ts';
import type { OpenRuns } from './open-runs.ts';
import type { PageCommands } from './page-commands.ts';
import { startCommand } from './start-command.ts';

export type RepositoryRouteParams = {
  readonly runs: OpenRuns;
  readonly commands: PageCommands;
};

/** A longer issue is more than anybody reads. */
export const mostBytes = 2_000_000;

const draftInput = z.strictObject({ text: z.string().max(mostBytes) });

const startInput = z.strictObject({
  path: z.string(),
  isForced: z.boolean().optional(),
});

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
    const body = draftInput.safeParse(await postedJson(context));
    if (known === null) return context.notFound();
    if (!body.success) return context.json(refused(z.prettifyError(body.error)), 400);
    const { signal } = context.req.raw;
    return context.json(await planDraft(known, body.data.text, { commands, signal }));
  });
  app.post('/:state/start', async (context) => {
    const known = await runs.repository(context.req.param('state'));
    const body = startInput.safeParse(await postedJson(context));
    if (known === null) return context.notFound();
    if (!body.success) return context.json(refused(z.prettifyError(body.error)), 400);
    const { path, isForced = false } = body.data;
    if (!(await isDraft(known, path)))
      return context.json(refused('This is no draft of this repository: plan it again.'), 400);
    const flags = isForced ? ['--yes', '--force'] : ['--yes'];
    const args = ['orchestrate', path, '--json', ...flags];
    return context.json(await startCommand(commands.start(args, known.repository)));
  });
  return app;
}
