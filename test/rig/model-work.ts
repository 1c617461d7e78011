import type { ModelRequest, ModelTurn } from './model-server.ts';

/** What the scripted model does for a task: it writes a file, commits it, and says so. */
export function work({ prompt, toolResults }: ModelRequest): ModelTurn {
  const task = /# Task: (\w+)/u.exec(prompt)?.[1] ?? 'none';
  const file = `work/${task}.txt`;
  const command = `git add ${file} && git commit -m "Add ${task}"`;
  if (toolResults.length === 0)
    return { tools: [{ name: 'Write', input: { file_path: file, content: task } }] };
  if (toolResults.length === 1) return { tools: [{ name: 'Bash', input: { command } }] };
  return { say: `Added ${file}.` };
}
