import type { WarningReading } from '../model/measurement.ts';

type Tool = {
  readonly name: string;
  /** Found in what was run: the check's command and the scripts that it echoed. */
  readonly ran?: RegExp;
  /** Found in the output of a run, also of one that has nothing to say. */
  readonly spoke?: RegExp;
  /** A line that is one warning. */
  readonly warning: RegExp;
  /** What the tool counts itself; its group is the number. */
  readonly sum?: RegExp;
  /** Options with which it keeps its warnings to itself; the usual ones by default. */
  readonly muted?: RegExp;
};

const usuallyMuted =
  /\s(?:--(?:quiet|silent|errors-only|disable-warnings|no-warnings)\b|-p no:warnings\b|-W\s*ignore\b)/u;

/** Tools that report warnings; one that ran and printed none had none. */
const tools: readonly Tool[] = [
  {
    name: 'eslint',
    ran: /\beslint\b/u,
    warning: /^\s+\d+:\d+\s+warning\s+\S|^\S+:\d+:\d+: .*\[Warning\b/u,
    sum: /✖ \d+ problems? \(\d+ errors?, (\d+) warnings?\)/u,
  },
  {
    name: 'oxlint',
    ran: /\boxlint\b/u,
    warning: /^\s*(?:⚠|! )\s*\S/u,
    sum: /^Found (\d+) warnings? and \d+ errors?/mu,
  },
  {
    name: 'biome',
    ran: /\bbiome\b/u,
    warning: /^\S+:\d+:\d+ lint\/\S+/u,
    sum: /^Found (\d+) warnings?\.$/mu,
  },
  {
    name: 'stylelint',
    ran: /\bstylelint\b/u,
    warning: /^\s+\d+:\d+\s+⚠\s+\S/u,
    sum: /\d+ errors?, (\d+) warnings?\)/u,
  },
  // Of these, each finding is an error: a run that passes has none.
  { name: 'tsc', ran: /\b(?:vue-)?tsc\b/u, warning: /(?!)/u },
  { name: 'flake8', ran: /\bflake8\b/u, warning: /^\S+:\d+:\d+: [A-Z]+\d+ /u },
  { name: 'ruff', ran: /\bruff\b/u, warning: /^(?:warning: |\S+:\d+:\d+: [A-Z]+\d+ )/u },
  { name: 'golangci-lint', ran: /\bgolangci-lint\b/u, warning: /^\S+\.go:\d+(?::\d+)?: /u },
  { name: 'go vet', ran: /\bgo vet\b|\bstaticcheck\b/u, warning: /^\S+\.go:\d+:\d+: /u },
  { name: 'mypy', ran: /\bmypy\b/u, warning: /^\S+:\d+: (?:warning|note): /u },
  { name: 'pylint', ran: /\bpylint\b/u, warning: /^\S+:\d+:\d+: [WRC]\d{4}: /u },
  {
    name: 'cargo',
    ran: /\bcargo (?:\+\S+ )?(?:build|check|clippy|test|nextest)\b/u,
    warning: /^warning(?:\[\S+\])?: (?!.*\bgenerated \d+ warnings?)/u,
    muted: /-A\s?warnings\b/u,
  },
  {
    name: 'dotnet',
    ran: /\bdotnet (?:build|test)\b/u,
    warning: /: warning [A-Z]+\d+: /u,
    sum: /^\s*(\d+) Warning\(s\)/mu,
  },
  {
    name: 'gcc',
    spoke: /^(?:\S*-)?(?:gcc|g\+\+|clang(?:\+\+)?|cc|c\+\+) .*\.(?:c|cc|cpp|cxx|m)\b/mu,
    warning: /^\S+:\d+:(?:\d+:)? warning: /u,
  },
  {
    name: 'pytest',
    spoke: /^(?:=+ )?\d+ passed\b.* in [\d.]+s/mu,
    warning: /^\s+\S+:\d+: \w*Warning: /u,
    sum: /^(?:=+ )?\d+ passed\b.*?\b(\d+) warnings?\b.* in [\d.]+s/mu,
  },
];

/** Warnings that belong to no tool we know: they cannot show that there are none, but they show that there are some. */
const anyWarning = /(?:^|[\s[(])(?:warning|warn)\b\s*[\]:)]|\b\w*Warning: /iu;

const mostTold = 60;
const longestTold = 120;

/**
 * Reads what the tools of a check say of warnings in its output (without terminal sequences). `directory` is where it
 * ran: paths are relative to it. Empty when no tool reports any.
 */
export function readWarnings(
  command: string,
  output: string,
  directory: string,
): readonly WarningReading[] {
  const lines = output.split(/\r?\n/u);
  // npm, pnpm, yarn and bun print the script before they run it.
  const echoed = lines.filter((line) => /^(?:> |\$ )\S/u.test(line));
  const ran = [command, ...echoed];
  const used = tools.filter(({ ran: isIt, spoke, muted = usuallyMuted }) => {
    const own = isIt === undefined ? ran : ran.filter((line) => isIt.test(line));
    return (
      (isIt === undefined ? spoke?.test(output) === true : own.length > 0) &&
      !own.some((line) => muted.test(line))
    );
  });
  const readings = used.map((tool) => readTool(tool, { lines, output, directory }));
  const rest = lines.filter(
    (line) => anyWarning.test(line) && !used.some(({ warning }) => warning.test(line)),
  );
  return [
    ...readings,
    ...(rest.length === 0 ? [] : [{ tool: 'output', ...tallied(rest, directory) }]),
  ];
}

function readTool(
  tool: Tool,
  { lines, output, directory }: { lines: readonly string[]; output: string; directory: string },
): WarningReading {
  const told = tallied(
    lines.filter((line) => tool.warning.test(line)),
    directory,
  );
  const sum = tool.sum === undefined ? null : tool.sum.exec(output);
  return { tool: tool.name, told: told.told, count: Math.max(told.count, Number(sum?.[1] ?? 0)) };
}

function tallied(lines: readonly string[], directory: string): Omit<WarningReading, 'tool'> {
  const told = lines.slice(0, mostTold).map((line) =>
    line
      .slice(0, 1_000)
      .replaceAll(`${directory}/`, '')
      .replaceAll(/:\d+(?::\d+)?|\(\d+,\d+\)|^\s*\d+:\d+/gu, '')
      .replaceAll(/\b\d+(?:\.\d+)?(?:ms|s)\b|\(node\d*\)/gu, '')
      .replaceAll(/\s+/gu, ' ')
      .trim()
      .slice(0, longestTold),
  );
  return { count: lines.length, told };
}
