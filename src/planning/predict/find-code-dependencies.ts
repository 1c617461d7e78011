import type { CodeDependencies, Hub, SharedModule } from '../../model/plan/code-dependencies.ts';
import { hubKind } from '../../model/plan/hub-file.ts';
import type { IndexedFile, RepositoryIndex } from '../../model/plan/repository-index.ts';
import { isFixture } from './predict-file-kind.ts';

const mostShared = 20;
const mostHubs = 30;
const mostCycles = 20;
const fewestImporters = 3;
/** Of the past changes; a file above it is touched no matter what the work is about. */
const hotShare = 0.1;
/** With a short history, its habits mean nothing. */
const fewestChanges = 50;

/**
 * Works out shared modules, hubs and cycles of the code below some folders; `''` is the whole repository. All importers of a
 * module count, wherever they are: a module of one folder is mostly shared by others.
 */
export function codeDependencies(
  index: RepositoryIndex,
  isInside: (path: string) => boolean,
): CodeDependencies {
  const inside = new Set(
    [...index.files.keys()].filter((at) => isInside(index.files[at]?.path ?? '')),
  );
  const edges = index.files.map(({ imports }, at) =>
    inside.has(at) ? imports.filter((to) => inside.has(to)) : [],
  );
  return {
    files: inside.size,
    imports: edges.reduce((sum, { length }) => sum + length, 0),
    shared: sharedModules(index, inside),
    hubs: hubsOf(index, edges, inside),
    cycles: cyclesOf(edges)
      .filter((cycle) => !cycle.every((at) => isFixture(index.files[at]?.path ?? '')))
      .toSorted((one, other) => one.length - other.length)
      .slice(0, mostCycles)
      .map((cycle) => cycle.map((at) => index.files[at]?.path ?? '')),
    notes: index.notes,
  };
}

type Edges = readonly (readonly number[])[];

function reversed(edges: Edges): number[][] {
  const back: number[][] = edges.map(() => []);
  for (const [from, to] of edges.entries()) for (const file of to) back[file]?.push(from);
  return back;
}

function sharedModules({ files }: RepositoryIndex, inside: ReadonlySet<number>): SharedModule[] {
  const importers = reversed(files.map(({ imports }) => imports));
  return [...inside]
    .filter((at) => (importers[at]?.length ?? 0) >= fewestImporters)
    .toSorted((one, other) => (importers[other]?.length ?? 0) - (importers[one]?.length ?? 0))
    .slice(0, mostShared)
    .map((at) => ({
      path: files[at]?.path ?? '',
      importers: importers[at]?.length ?? 0,
      reach: reachOf(importers, at),
    }));
}

function reachOf(importers: Edges, start: number): number {
  const isSeen = new Uint8Array(importers.length);
  isSeen[start] = 1;
  const seen = [start];
  for (const at of seen)
    for (const next of importers[at] ?? []) {
      if (isSeen[next] === 1) continue;
      isSeen[next] = 1;
      seen.push(next);
    }
  return seen.length - 1;
}

function hubsOf(index: RepositoryIndex, edges: Edges, inside: ReadonlySet<number>): Hub[] {
  const touched = new Map<number, number>();
  for (const { files } of index.changes)
    for (const file of files) touched.set(file, (touched.get(file) ?? 0) + 1);
  const total = index.changes.length;
  const changes = (at: number): number => touched.get(at) ?? 0;
  return [...inside]
    .flatMap((at) => {
      const path = index.files[at]?.path ?? '';
      if (isFixture(path)) return [];
      const isHot = total >= fewestChanges && changes(at) / total >= hotShare;
      const named = isEmptyBarrel(index.files[at]) ? null : hubKind(path);
      const kind = named ?? barrel(path, edges[at]?.length ?? 0);
      const hot = `in ${Math.round((changes(at) / total) * 100)} of 100 past changes`;
      const reasons = [...(kind === null ? [] : [kind]), ...(isHot ? [hot] : [])];
      return reasons.length === 0 ? [] : [{ at, path, why: reasons.join(', ') }];
    })
    .toSorted((one, other) => changes(other.at) - changes(one.at))
    .slice(0, mostHubs)
    .map(({ path, why }) => ({ path, why }));
}

/** Whether a file is a barrel by its name and has nothing in it: an empty `__init__.py`. */
export function isEmptyBarrel(file: IndexedFile | undefined): boolean {
  if (file === undefined || hubKind(file.path) !== 'a barrel') return false;
  return file.defines.length === 0 && file.imports.length === 0 && file.words.trim() === '';
}

const fewestGathered = 5;

function barrel(path: string, imports: number): string | null {
  const isIndex = /(?:^|\/)(?:index\.[cm]?[jt]sx?|__init__\.py|mod\.rs|lib\.rs)$/u.test(path);
  return isIndex && imports >= fewestGathered ? `gathers ${imports} modules` : null;
}

/** The groups of files that reach one another (Tarjan's algorithm, without recursion), those of two or more. */
function cyclesOf(edges: Edges): number[][] {
  const order = new Int32Array(edges.length).fill(-1);
  const low = new Int32Array(edges.length);
  const isOpen = new Uint8Array(edges.length);
  const open: number[] = [];
  const cycles: number[][] = [];
  let count = 0;
  const enter = (at: number): { at: number; next: number } => {
    order[at] = low[at] = count;
    count += 1;
    open.push(at);
    isOpen[at] = 1;
    return { at, next: 0 };
  };
  const leave = (at: number): void => {
    if (low[at] !== order[at]) return;
    const group = open.splice(open.lastIndexOf(at));
    for (const member of group) isOpen[member] = 0;
    if (group.length > 1) cycles.push(group);
  };
  for (const start of edges.keys()) {
    if (order[start] !== -1) continue;
    const path = [enter(start)];
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const { at } = here;
      const to = edges[at]?.[here.next];
      here.next += 1;
      if (to === undefined) {
        leave(at);
        path.pop();
        const above = path.at(-1)?.at;
        if (above !== undefined) low[above] = Math.min(low[above] ?? 0, low[at] ?? 0);
      } else if (order[to] === -1) path.push(enter(to));
      else if (isOpen[to] === 1) low[at] = Math.min(low[at] ?? 0, order[to] ?? 0);
    }
  }
  return cycles;
}
