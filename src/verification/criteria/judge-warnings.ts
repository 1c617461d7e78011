import type { CheckResult } from '../../model/failure/failure.ts';
import { listed } from '../../model/text/listed.ts';
import type { WarningReading } from '../../model/measurement.ts';
import type { Finding, Measured } from './criterion-finding.ts';
import type { Claim } from './read-criterion.ts';

type ToolRun = { readonly check: CheckResult; readonly reading: WarningReading };

/** What people call a tool, where its program has another name. */
const toolNames: Readonly<Record<string, readonly string[]>> = {
  compiler: ['tsc', 'cargo', 'gcc', 'dotnet'],
  type: ['tsc', 'mypy'],
  typescript: ['tsc'],
  lint: ['eslint', 'oxlint', 'ruff', 'flake8', 'pylint', 'golangci-lint', 'stylelint', 'biome'],
  linter: ['eslint', 'oxlint', 'ruff', 'flake8', 'pylint', 'golangci-lint', 'stylelint', 'biome'],
  linting: ['eslint', 'oxlint', 'ruff', 'flake8', 'pylint', 'golangci-lint', 'stylelint', 'biome'],
  clippy: ['cargo'],
  rustc: ['cargo'],
  clang: ['gcc'],
};

/**
 * Says from the output of tools that report warnings whether the work added any. Without such a tool among the
 * checks nothing measures it.
 */
export function judgeWarnings(
  { tool, isNewOnly }: Extract<Claim, { kind: 'no-warnings' }>,
  { checks, baseChecks }: Measured,
): Finding {
  const all = checks.flatMap((check) =>
    (check.warnings ?? []).map((reading): ToolRun => ({ check, reading })),
  );
  const wanted = tool === null ? null : (toolNames[tool] ?? [tool]);
  const runs = all.filter(({ reading }) => wanted === null || wanted.includes(reading.tool));
  const known = runs.filter(({ reading }) => reading.tool !== 'output');
  if (known.length === 0)
    return {
      state: 'unmeasured',
      evidence: `no check that ran reports ${tool === null ? '' : `${tool} `}warnings`,
    };
  const findings = runs.map((run) => judgeRun(run, isNewOnly, baseChecks));
  const bad = findings.find(({ state }) => state !== 'met');
  return (
    bad ?? {
      state: 'met',
      evidence: listed([...new Set(findings.map(({ evidence }) => evidence))]),
    }
  );
}

function judgeRun(
  { check, reading }: ToolRun,
  isNewOnly: boolean,
  baseChecks: Measured['baseChecks'],
): Finding {
  const who = `${reading.tool === 'output' ? 'the output' : reading.tool} of \`${check.command}\``;
  if (reading.count === 0) return { state: 'met', evidence: `no warning in ${who}` };
  const warnings = `${reading.count} ${reading.count === 1 ? 'warning' : 'warnings'}`;
  if (!isNewOnly)
    return { state: 'not-met', evidence: `${warnings} in ${who}: ${first(reading.told)}` };
  const before = baseChecks
    ?.find(({ name }) => name === check.name)
    ?.warnings?.find(({ tool }) => tool === reading.tool);
  if (before === undefined)
    return {
      state: 'unmeasured',
      evidence: `${warnings} in ${who}, and none were read on the base`,
    };
  const fresh = without(reading.told, before.told);
  if (fresh.length > 0) return { state: 'not-met', evidence: `new in ${who}: ${first(fresh)}` };
  if (reading.count > before.count)
    return {
      state: 'not-met',
      evidence: `${reading.count} warnings in ${who}, ${before.count} on the base`,
    };
  const isWhole = reading.told.length === reading.count && before.told.length === before.count;
  return isWhole
    ? {
        state: 'met',
        evidence: `no new warning in ${who}: each of the ${reading.count} is on the base too`,
      }
    : { state: 'unmeasured', evidence: `${warnings} in ${who}, too many to compare one by one` };
}

/** What is there more often than before. */
function without(now: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return now.filter((line) => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

function first(told: readonly string[]): string {
  const [line] = told;
  return line === undefined ? 'see its log' : `\`${line.replaceAll('`', "'")}\``;
}
