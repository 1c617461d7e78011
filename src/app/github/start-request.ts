import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../model/user-error.ts';

/** Somebody on GitHub asked for a run, as the event that they caused says. */
export type StartRequest = {
  /** Who asked. */
  readonly login: string;
  /** As `owner/repo`. */
  readonly repository: string;
  /** The issue as it read when they asked; null for an event that is about none. */
  readonly issue: {
    readonly number: number;
    readonly title: string;
    readonly body: string;
  } | null;
};

const eventSchema = z.object({
  sender: z.object({ login: z.string().min(1) }),
  repository: z.object({ full_name: z.string().min(1) }),
  issue: z.object({ number: z.int(), title: z.string(), body: z.string().nullish() }).optional(),
});

/** Reads the file of an event, as Actions hands it to each job (`GITHUB_EVENT_PATH`). Throws a `UserError`. */
export async function readStartRequest(file: string): Promise<StartRequest> {
  const event = eventSchema.safeParse(await readJson(file));
  if (!event.success)
    throw unreadable(
      file,
      'it names no sender and repository: nobody asked for what happens on a schedule',
    );
  const { sender, repository, issue } = event.data;
  return {
    login: sender.login,
    repository: repository.full_name,
    issue: issue === undefined ? null : { ...issue, body: issue.body ?? '' },
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
}

function unreadable(file: string, why: string): UserError {
  return new UserError({ code: 'usage', message: `The event ${file} cannot be used: ${why}` });
}
