import type { Overreach } from '../../model/event/task-event.ts';
import type { ReadBase } from '../../verification/check.ts';
import { codesInNote } from '../../verification/code-in-note.ts';
import { findTrespasses, undeclaredFiles } from '../../verification/scope.ts';
import {
  describeSharedHubs,
  judgeTrespasses,
  type JudgedTrespasses,
} from '../../verification/shared-hubs.ts';
import { plannedTask } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';

/** What of a task's work lies where only another task said that it would be; null when that is allowed or is nothing. */
export async function judgeScope(
  services: Services<'record'>,
  ordinal: number,
  readBase: ReadBase,
): Promise<Omit<Overreach, 'attempt'> | null> {
  if (services.record.state().settings.isOutOfScopeAllowed) return null;
  const { rest: files } = await trespassesOf(services, ordinal, readBase);
  if (files.length === 0) return null;
  const named = files.map(({ path, declaredBy }) => `${path} (task ${declaredBy}'s)`);
  return {
    message: `The branch touches files that only another task declared: ${named.join(', ')}`,
    files,
  };
}

function trespassesOf(
  services: Services<'record'>,
  ordinal: number,
  readBase: ReadBase,
): Promise<JudgedTrespasses> {
  const { files } = services.record.task(ordinal);
  const all = services.record.state().plan?.tasks ?? [];
  const trespasses = findTrespasses(plannedTask(services, ordinal), all, files);
  return judgeTrespasses({ trespasses, files, readBase });
}

/** For reviewers: what a task's work touches that it was not said to. */
export async function describeScope(
  services: Services<'record'>,
  ordinal: number,
  readBase: ReadBase,
): Promise<string[]> {
  const { files } = services.record.task(ordinal);
  const strays = undeclaredFiles(plannedTask(services, ordinal), files);
  const named =
    strays.length === 0
      ? []
      : [
          `It touches ${strays.length} ${strays.length === 1 ? 'file' : 'files'} that the task does not name: ${codesInNote(strays)}.`,
        ];
  return [...named, ...describeSharedHubs(await trespassesOf(services, ordinal, readBase))];
}
