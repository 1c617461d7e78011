import type { TaskDependencies } from '../model/code-dependencies.ts';
import { isWithin, type PlannedTask } from '../model/plan.ts';
import type { RepositoryIndex } from '../model/repository-index.ts';

/** Less likely files are left out: what they import would say little of the task. */
const likely = 0.3;
/** A whole folder may be named; more files of it than this say no more. */
const mostFiles = 200;
/** What fewer files import is nobody's shared ground. */
const fewestImporters = 3;
const mostShown = 5;

/** What each task leans on, by what the files that it will probably change import. */
export function taskDependencies(
  tasks: readonly PlannedTask[],
  { files }: RepositoryIndex,
): TaskDependencies[] {
  const importers = new Map<number, number>();
  for (const { imports } of files)
    for (const at of imports) importers.set(at, (importers.get(at) ?? 0) + 1);
  const named = (places: Iterable<number>): TaskDependencies['leansOn'] =>
    [...places]
      .map((at) => ({ path: files[at]?.path ?? '', importers: importers.get(at) ?? 0 }))
      .filter((module) => module.importers >= fewestImporters)
      .toSorted((one, other) => other.importers - one.importers)
      .slice(0, mostShown);
  return tasks.map(({ ordinal, title, footprint, dependsOn }) => {
    const paths = footprint.filter(({ probability }) => probability >= likely);
    const own = new Set(
      [...files.keys()]
        .filter((at) => paths.some(({ path }) => isWithin(files[at]?.path ?? '', path)))
        .slice(0, mostFiles),
    );
    const imported = new Set([...own].flatMap((at) => files[at]?.imports ?? []));
    return {
      ordinal,
      title,
      files: paths.map(({ path }) => path),
      changesShared: named(own),
      leansOn: named([...imported].filter((at) => !own.has(at))),
      after: dependsOn,
    };
  });
}
