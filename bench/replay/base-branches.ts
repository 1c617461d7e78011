import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentNote } from './assignment.ts';
import type { ReplayUser } from './replay-user.ts';

/** The command of the replay's agent for one user, as a shell reads it. */
export function agentCommand({ rig }: ReplayUser): string {
  const words = [process.execPath, fileURLToPath(new URL('agent.ts', import.meta.url)), rig];
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

/** Lets each task's agent work in a plain worktree from the base, so many at once; each commits to `task-N`. */
export async function workFromBase(user: ReplayUser, tasks: number, atOnce: number): Promise<void> {
  const waiting = Array.from({ length: tasks }, (_, at) => at + 1);
  const places = Array.from({ length: Math.min(atOnce, tasks) }, async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift())
      await workOn(user, task);
  });
  await Promise.all(places);
}

async function workOn(user: ReplayUser, task: number): Promise<void> {
  const path = join(user.root, `worktree-${task}`);
  user.git('worktree', 'add', '--quiet', '-b', `task-${task}`, path, 'main');
  const env = { ...user.env, AGENT_ID: `agent-${task}` };
  const child = spawn('/bin/sh', ['-c', agentCommand(user)], { cwd: path, env, stdio: 'ignore' });
  await once(child, 'exit');
}

/** What the agents of a user wrote down. */
export function notesOf({ rig }: ReplayUser): AgentNote[] {
  try {
    const lines = readFileSync(join(rig, 'notes.jsonl'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as AgentNote);
  } catch {
    // No agent came to its end.
    return [];
  }
}
