import { execFileSync } from 'node:child_process';
import type { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { flagOf } from '../../model/options/option.ts';
import { runOptions } from '../../model/options/run-options.ts';
import { carriedOptions } from '../../model/options/run-settings.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { goOnCommand, retryCommand } from '../../reporting/ending/retry-command.ts';
import { mergeFlags } from '../../app/merge-flags.ts';
import { configurationSchema } from '../../app/settings/configuration.ts';
import { givenAgain, type OrchestrateOptions } from '../../app/settings/given-flags.ts';
import { resolveSettings } from '../../app/settings/settings.ts';
import { buildProgram } from './build-program.ts';

/** Options of `merge` that the command it prints does not repeat, each with the reason why. */
const notRepeated: Readonly<Record<string, string>> = {
  '--yes': 'is what the printed command adds by itself',
  '--json': 'is about how merging is shown, not about what is done',
  '--trust': 'agrees to the configuration as it was then; merged work may have changed it',
  '--take-over': 'is about the other machine that worked on the issue then',
};

type Options = Readonly<Record<string, unknown>>;

/** A command of the real program that hands its options over instead of obeying them. */
function commandOf(name: string): {
  readonly options: readonly Option[];
  readonly parse: (words: readonly string[]) => Promise<Options>;
} {
  const silent = { stdout: { write: () => true }, stderr: { write: () => true }, env: {} };
  const program = buildProgram(silent as never, (work) => work.then(() => undefined));
  const command = program.commands.find((one) => one.name() === name) as unknown as Command;
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  return {
    options: command.options,
    parse: async (words) => {
      // Built again each time: a command keeps what it has parsed.
      const again = buildProgram(silent as never, (work) => work.then(() => undefined));
      const fresh = again.commands.find((one) => one.name() === name) as unknown as Command;
      let seen: Options = {};
      fresh.exitOverride().configureOutput({ writeErr: () => undefined });
      fresh.action((_issue: string, options: Options) => void (seen = { ...options }));
      await again.parseAsync([name, 'issue.md', ...words], { from: 'user' });
      return seen;
    },
  };
}

const values = ['7', 'NAME', "it's $HOME"];

/** Words that give an option, with a value that it takes: not its default, where there is a choice. */
async function wordsFor(
  option: Option,
  parse: (words: readonly string[]) => Promise<Options>,
): Promise<readonly string[]> {
  const flag = option.long ?? '';
  if (!option.required) return [flag];
  for (const value of [...(option.argChoices ?? values)].toReversed()) {
    const words = [flag, value];
    const isTaken = await parse(words).then(
      () => true,
      () => false,
    );
    if (isTaken) return words;
  }
  throw new Error(`No value for ${flag} is known: add one to this test`);
}

function shellWords(command: string): readonly string[] {
  const script = `flotilla() { printf '%s\\n' "$@"; }\n${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
}

function stateGiven(options: OrchestrateOptions): RunState {
  const { given } = resolveSettings(options, configurationSchema.parse({}), {});
  return foldRun(sampleEvents({ given })) as RunState;
}

test('every option of a run comes back from the command that goes on with it or retries it, but those of one start', async () => {
  const { options, parse } = commandOf('orchestrate');
  expect(options.map(({ long }) => long)).toEqual(Object.keys(runOptions).map(flagOf));
  for (const option of options) {
    const words = await wordsFor(option, parse);
    const given = await parse(words);
    // Nothing is tried afresh without being tried again.
    const state = stateGiven({ ...given, retry: true });
    const name = option.attributeName();
    expect(given[name], words.join(' ')).toBeDefined();
    const isOfOneStart = 'ofOneStart' in runOptions[name as keyof typeof runOptions];
    const wanted = isOfOneStart ? undefined : given[name];
    for (const command of [goOnCommand(state), retryCommand(state)]) {
      const [, , ...printed] = shellWords(command);
      const { retry: _retry, ...parsed } = await parse(printed);
      expect(parsed[name], `${words.join(' ')} in: ${command}`).toEqual(wanted);
    }
    // The same for `resume`, which prints nothing.
    const again = givenAgain({}, state.settings.given) as Options;
    expect(again[name], `${words.join(' ')} for resume`).toEqual(wanted);
  }
});

test('what is given again replaces what was given before, and what goes with it', () => {
  const given = { agent: 'codex', model: 'big', batches: [[2], [1]], checks: ['make'], ciFixes: 0 };
  expect(givenAgain({}, given)).toEqual({
    ...{ agent: 'codex', model: 'big', batch: [[2], [1]], check: ['make'], ciFixes: 0 },
  });
  expect(givenAgain({ agent: 'claude', batchSize: 2, check: [] }, given)).toEqual({
    ...{ agent: 'claude', batchSize: 2, check: [], ciFixes: 0 },
  });
  for (const { replacedBy } of carriedOptions)
    expect(Object.keys(runOptions)).toEqual(expect.arrayContaining([...replacedBy]));
});

test('every option of merge is in the command that it prints, or has a reason not to be', async () => {
  const { options, parse } = commandOf('merge');
  const flags = options.map(({ long }) => long ?? '');
  expect(Object.keys(notRepeated).filter((flag) => !flags.includes(flag))).toEqual([]);
  for (const option of options.filter(({ long }) => !((long ?? '') in notRepeated))) {
    const words = await wordsFor(option, parse);
    const given = await parse(words);
    expect(await parse(mergeFlags(given)), words.join(' ')).toEqual(given);
  }
});
