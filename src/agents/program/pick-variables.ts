type VariableEntry = {
  readonly isExcluded: boolean;
  /** Without it in the environment, the entry is as if it were not there. */
  readonly condition: string | null;
  readonly name: string;
};

/** Takes the variables out of an environment that a list like `Agent.variables` names. */
export function pickVariables(
  entries: readonly string[],
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const read = entries
    .map(readEntry)
    .filter(({ condition }) => condition === null || env[condition]);
  const isNamed = (name: string): boolean =>
    read.some((entry) => !entry.isExcluded && isMatch(entry.name, name)) &&
    !read.some((entry) => entry.isExcluded && isMatch(entry.name, name));
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && isNamed(name) ? [[name, value] as const] : [],
    ),
  );
}

function readEntry(entry: string): VariableEntry {
  if (entry.startsWith('!')) return { isExcluded: true, condition: null, name: entry.slice(1) };
  const [name = '', condition = null] = entry.split('?');
  return { isExcluded: false, condition, name };
}

function isMatch(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
