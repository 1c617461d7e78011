import { execFileSync } from 'node:child_process';
import type { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/fold-run.ts';
import type { RunState } from '../../model/run-state.ts';
import { goOnCommand, retryCommand } from '../../reporting/retry-command.ts';
import { mergeFlags } from '../commands/merge-flags.ts';
import { configurationSchema } from '../configuration.ts';
import { givenAgain, resolveSettings, type OrchestrateOptions } from '../settings.ts';
import { buildProgram } from './build-program.ts';

/** Options that a printed command does not repeat, each with the reason why. */
const notCarried: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orchestrate: {
    '--dry-run': 'starts no run',
    '--assist': 'starts no run',
    '--retry': 'is what the printed command is about, or is not',
    '--fresh': 'throws away what the run has done by now',
    '--tasks': 'depends on what is done by now: the tests of retry-command.ts',
    '--json': 'is about how the run is shown, not about what is done',
    '--plain': 'is about how the run is shown, not about what is done',
    '--yes': 'agrees to the plan that was shown; an edited issue makes another one',
    '--force': 'agrees to the plan that was shown; an edited issue makes another one',
    '--trust': 'agrees to the configuration as it was then; merged work may have changed it',
    '--take-over': 'is about the other machine that worked on the issue then',
    '--event': 'is about the person whose event on GitHub started the run',
  },
  merge: {
    '--yes': 'is what the printed command adds by itself',
    '--json': 'is about how merging is shown, not about what is done',
    '--trust': 'agrees to the configuration as it was then; merged work may have changed it',
    '--take-over': 'is about the other machine that worked on the issue then',
  },
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

test('every option of a run is in the command that goes on with it or retries it, or has a reason not to be', async () => {
  const { options, parse } = commandOf('orchestrate');
  const reasons = notCarried['orchestrate'] ?? {};
  const flags = options.map(({ long }) => long ?? '');
  expect(Object.keys(reasons).filter((flag) => !flags.includes(flag))).toEqual([]);
  for (const option of options.filter(({ long }) => !((long ?? '') in reasons))) {
    const words = await wordsFor(option, parse);
    const given = await parse(words);
    const state = stateGiven(given);
    const name = option.attributeName();
    expect(given[name], words.join(' ')).toBeDefined();
    for (const command of [goOnCommand(state), retryCommand(state)]) {
      const [, , ...printed] = shellWords(command);
      expect((await parse(printed))[name], `${words.join(' ')} in: ${command}`).toEqual(
        given[name],
      );
    }
    // The same for `resume`, which prints nothing.
    const again = givenAgain({}, state.settings.given) as Options;
    expect(again[name], `${words.join(' ')} for resume`).toEqual(given[name]);
  }
});

test('every option of merge is in the command that it prints, or has a reason not to be', async () => {
  const { options, parse } = commandOf('merge');
  const reasons = notCarried['merge'] ?? {};
  const flags = options.map(({ long }) => long ?? '');
  expect(Object.keys(reasons).filter((flag) => !flags.includes(flag))).toEqual([]);
  for (const option of options.filter(({ long }) => !((long ?? '') in reasons))) {
    const words = await wordsFor(option, parse);
    const given = await parse(words);
    const { require: same, ...meant } = given;
    const wanted = same === undefined ? meant : { ...meant, merge: same };
    expect(await parse(mergeFlags(given)), words.join(' ')).toEqual(wanted);
  }
});
