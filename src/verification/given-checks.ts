import type { Check, CheckDefinition, ReadBase } from './check.ts';
import { readScripts, scriptCommand, type Scripts } from './manifest-scripts.ts';

/** Checks that the user gave, each under its own words, with what the base says that they do. */
export function givenChecks(commands: readonly string[], readBase: ReadBase): Promise<Check[]> {
  const given = commands.map(async (command) => {
    const definition = await definitionOf(command, readBase);
    return { name: command, command, definition };
  });
  return Promise.all(given);
}

async function definitionOf(command: string, readBase: ReadBase): Promise<CheckDefinition | null> {
  const scripts = readScripts(await readBase('package.json'));
  const roots = startedScripts(command, scripts);
  if (roots.length > 0)
    return {
      kind: 'scripts',
      file: 'package.json',
      scripts,
      roots,
      baseCommand: baseCommandOf(command, scripts, roots),
    };
  if (!/(?:^|[\s;&|(])make(?=$|[\s;&|)])/u.test(command)) return null;
  // In the order in which make looks for them.
  for (const file of ['GNUmakefile', 'makefile']) {
    const text = await readBase(file);
    if (text !== null) return { kind: 'file', file, text };
  }
  return { kind: 'file', file: 'Makefile', text: await readBase('Makefile') };
}

const scriptStart =
  /(?:^|[\s;&|(])(?<runner>npm|pnpm|yarn|bun)\s+(?:-\S+\s+)*(?<run>run(?:-script)?\s+(?:-\S+\s+)*)?(?<name>[\w:.@/-]+)/gu;

/** The scripts that a shell command starts, wherever in it. */
function startedScripts(command: string, scripts: Scripts): string[] {
  return [...command.matchAll(scriptStart)].flatMap(({ groups }) => {
    const { runner, run, name = '' } = groups ?? {};
    if (run !== undefined) return [name];
    if (runner === 'npm') return ['test', 'tst', 't'].includes(name) ? ['test'] : [];
    // `bun test` is a test runner of bun's own.
    if (name === 'test') return runner === 'bun' ? [] : [name];
    return scripts.has(name) ? [name] : [];
  });
}

const nothingElse =
  /^(?:npm|pnpm|yarn|bun)\s+(?:run(?:-script)?\s+)?[\w:.@/-]+(?:\s+--(?<more>(?:\s+[\w./:=@,-]+)+))?\s*$/u;

/** Only a command that does nothing but start one script can be replaced by what the base has under its name. */
function baseCommandOf(command: string, scripts: Scripts, roots: readonly string[]): string | null {
  const match = nothingElse.exec(command.trim());
  const [name] = roots;
  return match === null || name === undefined
    ? null
    : scriptCommand(scripts, name, match.groups?.['more'] ?? '');
}
