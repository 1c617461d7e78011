/** What of git an agent may use without asking: enough to look around and to commit, nothing that reaches a remote. */
export const gitCommands: readonly string[] = [
  ...['status', 'diff', 'log', 'show', 'add', 'commit', 'rm', 'mv', 'restore'],
].map((verb) => `git ${verb}`);

/**
 * The commands by whose first words an agent may run what it likes: git's, the project's own, and their parts, for
 * agents judge `a && b` part by part.
 */
export function allowedPrefixes(commands: readonly string[]): readonly string[] {
  const own = commands.flatMap((command) => [command, ...partsOf(command)]);
  return [...new Set([...gitCommands, ...own])];
}

/** The parts of `a && b`. Where quoting makes them hard to tell, only the whole counts. */
export function partsOf(command: string): readonly string[] {
  if (!command.includes('&&') || /["'`\\$()<>|;\n]/u.test(command)) return [];
  return command.split('&&').map((part) => part.trim());
}
