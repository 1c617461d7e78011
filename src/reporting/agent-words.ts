const longest = 40;

/** An agent's name for people: of a command, its words without the folders of its programs. */
export function agentWords(agent: string): string {
  const command = /^(?:command|acp):(.*)$/su.exec(agent)?.[1];
  if (command === undefined) return agent;
  const words = command.trim().split(/\s+/u);
  const short = words.map((word) => word.slice(word.lastIndexOf('/') + 1)).join(' ');
  return short.length > longest ? `${short.slice(0, longest - 1)}…` : short;
}
