/**
 * The agent of the replay: it waits as long as its task is to take, then makes the real commit's change on whatever its
 * workspace stands on. Where that does not apply, the files become what the commit left. With a merge begun in the
 * workspace it resolves that instead, six times in ten.
 *
 *   node agent.ts FOLDER       with AGENT_ID=agent-N; FOLDER/task-N has what it is to do
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applyChange, leaveFiles } from './apply-change.ts';
import { lotFor } from './lot.ts';
import { hasMergeBegun, takeBothSides } from './take-both-sides.ts';
import { gitIn } from './git-in.ts';
import type { AgentNote, Assignment } from './assignment.ts';

const folder = process.argv[2] ?? '';
const task = Number((process.env['AGENT_ID'] ?? '').replace('agent-', ''));
const own = join(folder, `task-${task}`);
const assignment = JSON.parse(readFileSync(join(own, 'assignment.json'), 'utf8')) as Assignment;
const git = gitIn(process.cwd());
const begun = Date.now();
const isResolving = hasMergeBegun(git);
const log = join(folder, 'notes.jsonl');
const attempt = 1 + notesBefore().filter((note) => note.isResolving === isResolving).length;
const seconds = isResolving ? assignment.resolveSeconds : assignment.seconds;
await delay(seconds * 1_000);
const outcome = isResolving ? resolve() : work();
const note: AgentNote = { task, attempt, isResolving, outcome, begun, ended: Date.now() };
appendFileSync(log, `${JSON.stringify(note)}\n`);
console.log(`${outcome} after ${seconds} s`);
process.exitCode = outcome === 'failed' || outcome === 'does not apply' ? 1 : 0;

function notesBefore(): AgentNote[] {
  if (!existsSync(log)) return [];
  const notes = readFileSync(log, 'utf8').trim().split('\n');
  return notes.map((line) => JSON.parse(line) as AgentNote).filter((other) => other.task === task);
}

function resolve(): AgentNote['outcome'] {
  if (lotFor('resolve', assignment.seed, assignment.wave, task, attempt) >= 0.6) return 'failed';
  takeBothSides(git, process.cwd());
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '--no-edit');
  return 'resolved';
}

function work(): AgentNote['outcome'] {
  const { failures, seed, wave, changes, message } = assignment;
  if (failures === 'guide' && lotFor('fail', seed, wave, task, attempt) < 0.15) return 'failed';
  const isApplied = applyChange(own, changes, process.cwd());
  if (!isApplied && failures === 'conflict') return 'does not apply';
  if (!isApplied) leaveFiles(own, changes, process.cwd());
  git('add', '--all', '--force', '--', ...changes.map(({ path }) => `:(literal)${path}`));
  if (git('diff', '--cached', '--name-only') === '') return 'nothing to do';
  git('commit', '--quiet', '--no-verify', '--message', message);
  return isApplied ? 'applied' : 'files left';
}
