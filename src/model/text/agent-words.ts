const longest = 40;
const interpreters = new Set(['node', 'python', 'python3', 'sh', 'bash', 'zsh', 'deno', 'bun']);

/** An agent's name for people: of a command, its words without the folders and the interpreter of its program. */
export function agentWords(agent: string): string {
  const command = /^(?:command|acp):(.*)$/su.exec(agent)?.[1];
  if (command === undefined) return agent;
  const words = command.trim().split(/\s+/u).map(lastPart);
  const [program = '', script = ''] = words;
  const isRun = interpreters.has(program) && script !== '' && !script.startsWith('-');
  const short = words.slice(isRun ? 1 : 0).join(' ');
  return short.length > longest ? `${short.slice(0, longest - 1)}…` : short;
}

function lastPart(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1).replace(/^['"]|['"]$/gu, '');
}
