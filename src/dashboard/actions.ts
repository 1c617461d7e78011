import { z } from 'zod';
import { valueSchema } from '../app/settings/value-schema.ts';
import { flagOf, helpOf, type Option } from '../model/options/option.ts';
import { runOptions } from '../model/options/run-options.ts';
import { wordsFor, type FlagKind } from '../model/options/value-kind.ts';

/** What somebody can do to a run from the page: each is a command, with its arguments. */
export type PageAction = {
  readonly input: z.ZodObject;
  /** What is typed after `flotilla`; `issue` names the run's issue. */
  readonly args: (issue: string, input: Readonly<Record<string, unknown>>) => readonly string[];
  /** It works in a process of its own, and is answered once that has begun. */
  readonly isLong: boolean;
};

/** An option that the page offers to change, for its form. */
export type ChangeableOption = {
  readonly name: string;
  readonly kind: FlagKind['kind'];
  readonly choices: readonly string[];
  readonly help: string;
};

const changing = Object.entries<Option>(runOptions)
  .filter(([, option]) => option.mayChange === true)
  .map(([name, option]) => ({
    name,
    flag: flagOf(name),
    kind: option.value,
    help: helpOf(option),
  }));

/** What can be changed of a run while it goes on. */
export const changeableOptions: readonly ChangeableOption[] = changing.map(
  ({ name, kind, help }) => ({
    ...{ name, kind: kind.kind, help },
    choices: kind.kind === 'choice' ? kind.choices : [],
  }),
);

const task = z.int().positive();
const words = z.string().min(1).max(100_000);
const changes = z.strictObject(
  Object.fromEntries(changing.map(({ name, kind }) => [name, valueSchema(kind).optional()])),
);

function changeWords(input: Readonly<Record<string, unknown>>): readonly string[] {
  return changing.flatMap((one) => wordsFor(one, input[one.name]));
}

/** A command that says one thing about a run. */
function plain(command: string): PageAction {
  return { input: z.strictObject({}), args: (issue) => [command, issue], isLong: false };
}

/** By their names, as the page posts them. */
export const pageActions: Readonly<Record<string, PageAction>> = {
  answer: {
    input: z.strictObject({ question: task, text: words }),
    args: (issue, input) => [
      ...['answer', issue, String(input['question'])],
      ...['--', String(input['text'])],
    ],
    isLong: false,
  },
  tell: {
    input: z.strictObject({ task, text: words }),
    args: (issue, input) => ['tell', issue, String(input['task']), '--', String(input['text'])],
    isLong: false,
  },
  cancel: {
    input: z.strictObject({ tasks: z.array(task).optional() }),
    args: (issue, input) => ['cancel', issue, ...ordinals(input).map(String)],
    isLong: false,
  },
  skip: {
    input: z.strictObject({ task }),
    args: (issue, input) => ['skip', issue, String(input['task'])],
    isLong: false,
  },
  pause: plain('pause'),
  continue: plain('continue'),
  set: {
    input: changes,
    args: (issue, input) => ['set', issue, ...changeWords(input)],
    isLong: false,
  },
  retry: {
    input: changes.extend({ tasks: z.array(task).optional() }),
    args: (issue, input) => [
      ...['orchestrate', issue, '--json', '--yes', '--retry'],
      ...(ordinals(input).length === 0 ? [] : ['--tasks', ordinals(input).join(',')]),
      ...changeWords(input),
    ],
    isLong: true,
  },
  resume: {
    input: z.strictObject({}),
    args: (issue) => ['orchestrate', issue, '--json', '--yes'],
    isLong: true,
  },
  merge: {
    input: z.strictObject({}),
    args: (issue) => ['merge', issue, '--json', '--yes'],
    isLong: true,
  },
};

function ordinals({ tasks = [] }: Readonly<Record<string, unknown>>): readonly number[] {
  return tasks as readonly number[];
}
