import { z } from 'zod';
import { valueSchema } from '../app/settings/value-schema.ts';
import { wordsFor } from '../model/options/value-kind.ts';
import { changing } from './changeable-options.ts';

/** What somebody can do to a run from the page: each is a command, with its arguments. */
export type PageAction = {
  readonly input: z.ZodObject;
  /** What is typed after `flotilla`, about a run by its name. */
  readonly args: (run: string, input: Readonly<Record<string, unknown>>) => readonly string[];
  /** It works in a process of its own, and is answered once that has begun. */
  readonly isLong: boolean;
  /** It does not name its run when it begins: what it writes into the journal shows that. */
  readonly isSilent?: boolean;
};

const task = z.int().positive();
const words = z.string().min(1).max(100_000);
const changes = z.strictObject(
  Object.fromEntries(changing.map(({ name, kind }) => [name, valueSchema(kind).optional()])),
);

const remark = z.strictObject({
  task,
  /** Null: about the whole. */
  path: z.string().max(4_000).nullable(),
  line: task.nullable(),
  text: words,
});
type Remark = z.infer<typeof remark>;

/** As `address` takes it. */
function remarkWords({ task: ordinal, path, line, text }: Remark): string {
  const place = path === null ? '' : `${path}:${line === null ? '' : `${line}:`}`;
  return `${ordinal}:${place} ${text}`;
}

function changeWords(input: Readonly<Record<string, unknown>>): readonly string[] {
  return changing.flatMap((one) => wordsFor(one, input[one.name]));
}

/** What somebody typed, for a command: never an option, and never the name of standard input. */
function typed({ text }: Readonly<Record<string, unknown>>): readonly string[] {
  return ['--', text === '-' ? '- ' : String(text)];
}

/** A command that says one thing about a run. */
function plain(command: string): PageAction {
  return { input: z.strictObject({}), args: (run) => [command, run], isLong: false };
}

/** By their names, as the page posts them. */
export const pageActions: Readonly<Record<string, PageAction>> = {
  answer: {
    input: z.strictObject({ question: task, text: words }),
    args: (run, input) => [...['answer', run, String(input['question'])], ...typed(input)],
    isLong: false,
  },
  tell: {
    input: z.strictObject({ task, text: words }),
    args: (run, input) => ['tell', run, String(input['task']), ...typed(input)],
    isLong: false,
  },
  cancel: {
    input: z.strictObject({ tasks: z.array(task).optional() }),
    args: (run, input) => ['cancel', run, ...ordinals(input).map(String)],
    isLong: false,
  },
  skip: {
    input: z.strictObject({ task }),
    args: (run, input) => ['skip', run, String(input['task'])],
    isLong: false,
  },
  pause: plain('pause'),
  continue: plain('continue'),
  set: {
    input: changes,
    args: (run, input) => ['set', run, ...changeWords(input)],
    isLong: false,
  },
  retry: {
    input: changes.extend({ tasks: z.array(task).optional() }),
    args: (run, input) => [
      ...['resume', run, '--json', '--yes', '--retry'],
      ...(ordinals(input).length === 0 ? [] : ['--tasks', ordinals(input).join(',')]),
      ...changeWords(input),
    ],
    isLong: true,
  },
  resume: {
    input: z.strictObject({}),
    args: (run) => ['resume', run, '--json', '--yes'],
    isLong: true,
  },
  address: {
    input: z.strictObject({ remarks: z.array(remark).min(1) }),
    args: (issue, input) => [
      ...['address', issue, '--json'],
      ...(input['remarks'] as readonly Remark[]).flatMap((one) => ['--remark', remarkWords(one)]),
    ],
    isLong: true,
  },
  merge: {
    input: z.strictObject({}),
    args: (run) => ['merge', run, '--yes'],
    isLong: true,
    isSilent: true,
  },
};

function ordinals({ tasks = [] }: Readonly<Record<string, unknown>>): readonly number[] {
  return tasks as readonly number[];
}
