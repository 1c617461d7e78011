/**
 * The floor of the makespan: the same work with the same git recipe and nothing else. No journal, no checks, no keeper,
 * no forge, no record of anything; a crash loses it all.
 *
 *   node floor.ts '{"repository": …, "directory": …, "tasks": N, "agentsAtOnce": W, "argv": […]}'
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

type Params = {
  readonly repository: string;
  /** For everything that is made; must not exist. */
  readonly directory: string;
  readonly tasks: number;
  readonly agentsAtOnce: number;
  readonly argv: readonly [string, ...string[]];
};

const params = JSON.parse(process.argv[2] ?? '') as Params;
const { directory, repository } = params;
const [clone, remote, trash] = ['clone.git', 'remote.git', 'trash'].map((name) =>
  join(directory, name),
) as [string, string, string];
const [mutex, checkouts, agents] = [pool(1), pool(2), pool(params.agentsAtOnce)];

await mkdir(trash, { recursive: true });
for (const target of [clone, remote])
  await run(repository, 'git', ['clone', '--quiet', '--bare', '--local', repository, target]);
const ordinals = Array.from({ length: params.tasks }, (_, index) => index + 1);
await Promise.all(ordinals.map(oneTask));
await rm(trash, { recursive: true, force: true });

async function oneTask(ordinal: number): Promise<void> {
  const [path, branch] = [join(directory, `workspace-${ordinal}`), `feat/task-${ordinal}`];
  const add = ['worktree', 'add', '--quiet', '--no-checkout', '--no-track', '-b', branch, path];
  await mutex(() => run(clone, 'git', [...add, 'HEAD']));
  await checkouts(() => run(path, 'git', ['reset', '--quiet', '--hard']));
  const [program, ...args] = params.argv;
  await agents(() => run(path, program, args, { AGENT_ID: `agent-${ordinal}` }));
  await run(path, 'git', ['push', '--quiet', remote, branch]);
  await mutex(async () => {
    await rename(path, join(trash, String(ordinal)));
    await run(clone, 'git', ['worktree', 'prune', '--expire', 'now']);
  });
}

async function run(
  cwd: string,
  program: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<void> {
  const env = { ...process.env, ...more };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} exited ${String(code)}`);
}

function pool(places: number): (work: () => Promise<void>) => Promise<void> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
