import { z } from 'zod';
import { flagOf, type Option } from '../../model/options/option.ts';
import { runOptions } from '../../model/options/run-options.ts';
import { wordsFor, type FlagKind } from '../../model/options/value-kind.ts';
import { valueSchema } from '../../app/settings/value-schema.ts';

/** One tool that MCP clients see: a command of ours, and how its arguments are put together. */
export type McpTool = {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly args: (input: Readonly<Record<string, unknown>>) => readonly string[];
  /** It takes as long as agents do: it goes on by itself once it has begun. */
  readonly isLong: boolean;
  /** Its exit code may say what it thinks of what it shows. */
  readonly isJudging?: boolean;
  /** It changes nothing. */
  readonly isReading: boolean;
};

// Nothing that a client sends may be read as an option.
const issue = z
  .union([z.string().regex(/^[^-\s]/u), z.int().positive()])
  .describe('A Markdown file, local#N, or on GitHub a number, OWNER/REPOSITORY#N or URL');
const task = z.int().positive().describe('The place of the sub-task in its issue, from 1');

/** The options of a run that clients may give, each with what it is called there: as in the settings. */
const offered = Object.entries<Option>(runOptions).flatMap(([name, option]) =>
  option.mcp === undefined
    ? []
    : [{ name: option.setting ?? name, flag: flagOf(name), kind: option.value, about: option.mcp }],
);

/** Those that can be changed while a run goes on. */
const changing = Object.entries<Option>(runOptions).flatMap(([name, option]) =>
  option.mayChange === undefined
    ? []
    : [
        {
          ...{ name: option.setting ?? name, flag: flagOf(name), kind: option.value },
          about: option.mcp ?? option.help,
        },
      ],
);

const runInput = z.object({
  issue,
  ...Object.fromEntries(
    offered.map(({ name, kind, about }) => [name, inputOf(kind).optional().describe(about)]),
  ),
});

function inputOf(kind: FlagKind): z.ZodType {
  if (kind.kind === 'text') return z.string().regex(/^[^-]/u);
  return kind.kind === 'ordinals' ? z.array(task) : valueSchema(kind);
}

/** All tools, in the order in which they are usually needed. */
export const mcpTools: readonly McpTool[] = [
  {
    name: 'plan',
    description:
      'What a run of a master issue would do: tasks, files, findings, verdict, forecast. Writes nothing. Exit code 4: a start would ask for --yes or --force.',
    input: z.object({ issue }),
    args: (input) => ['orchestrate', String(input['issue']), '--dry-run', '--json'],
    isLong: false,
    isJudging: true,
    isReading: true,
  },
  {
    name: 'run',
    description:
      'Work the sub-tasks of a master issue side by side. Answers once it has begun; follow it with status.',
    input: runInput,
    args: (input) => runArgs(input),
    isLong: true,
    isReading: false,
  },
  {
    name: 'status',
    description: 'How a run stands, task by task; without an issue, the newest run.',
    input: z.object({ issue: issue.optional() }),
    args: (input) => ['status', ...given(input['issue']), '--json'],
    isLong: false,
    isReading: true,
  },
  {
    name: 'logs',
    description: "A run's story, or what the agent of one task said and did.",
    input: z.object({ issue, task: task.optional() }),
    args: (input) => ['logs', String(input['issue']), ...given(input['task'])],
    isLong: false,
    isReading: true,
  },
  {
    name: 'questions',
    description: 'What the agents of a run ask and wait for: bring these to the person.',
    input: z.object({ issue }),
    args: (input) => ['answer', String(input['issue']), '--json'],
    isLong: false,
    isReading: true,
  },
  {
    name: 'answer',
    description:
      "Answer an agent's question with the person's own words. Never invent an answer: ask the person first.",
    input: z.object({ issue, question: task, text: z.string() }),
    args: (input) => [
      ...['answer', String(input['issue']), String(input['question'])],
      ...['--', String(input['text'])],
    ],
    isLong: false,
    isReading: false,
  },
  {
    name: 'tell',
    description: "Have a task's agent continue with the person's words.",
    input: z.object({ issue, task, text: z.string() }),
    args: (input) => [
      ...['tell', String(input['issue']), String(input['task'])],
      ...['--', String(input['text'])],
    ],
    isLong: false,
    isReading: false,
  },
  {
    name: 'cancel',
    description: 'End some tasks of a run, or all of it. Their work is kept.',
    input: z.object({ issue, tasks: z.array(task).optional() }),
    args: (input) => ['cancel', String(input['issue']), ...list(input['tasks'])],
    isLong: false,
    isReading: false,
  },
  {
    name: 'pause',
    description: 'Start nothing new in a run; agents at work go on. Ends with continue.',
    ...steering('pause'),
  },
  {
    name: 'continue',
    description: 'Take the pause of a run back.',
    ...steering('continue'),
  },
  {
    name: 'set',
    description:
      'Change a run while it goes on: at once, and for later starts. Agents at work keep the limits that they started with.',
    input: z.object({
      issue,
      ...Object.fromEntries(
        changing.map(({ name, kind, about }) => [name, inputOf(kind).optional().describe(about)]),
      ),
    }),
    args: (input) => [
      ...['set', String(input['issue'])],
      ...changing.flatMap((one) => wordsFor(one, input[one.name])),
    ],
    isLong: false,
    isReading: false,
  },
  {
    name: 'skip',
    description: 'Leave a sub-task that has not begun out of its run.',
    input: z.object({ issue, task }),
    args: (input) => ['skip', String(input['issue']), String(input['task'])],
    isLong: false,
    isReading: false,
  },
  {
    name: 'undo',
    description:
      'Open a pull request that takes back what a run merged: of some sub-tasks, or of all. Merges nothing.',
    input: z.object({ issue, tasks: z.array(task).optional() }),
    args: (input) => [
      ...['undo', String(input['issue']), ...list(input['tasks'])],
      ...['--yes', '--json'],
    ],
    isLong: false,
    isReading: false,
  },
  {
    name: 'add',
    description:
      'Add sub-tasks that were written into the issue to its run, next to those that it has. Exit code 4: it needs yes or force, as a start would.',
    input: z.object({
      issue,
      dryRun: z.boolean().optional().describe('Only show what each would wait for'),
      yes: z.boolean().optional().describe('Continue despite warnings that the user has seen'),
      force: z.boolean().optional().describe('Continue despite a verdict that the user has seen'),
    }),
    args: (input) => [
      ...['add', String(input['issue']), '--json'],
      ...(input['dryRun'] === true ? ['--dry-run'] : []),
      ...(input['yes'] === true ? ['--yes'] : []),
      ...(input['force'] === true ? ['--force'] : []),
    ],
    isLong: false,
    isReading: false,
  },
  {
    name: 'list',
    description:
      'The runs of all repositories of the user that are open, or the newest, and what waits for a person.',
    input: z.object({}),
    args: () => ['list', '--json'],
    isLong: false,
    isReading: true,
  },
  {
    name: 'retry',
    description: 'Work the failed sub-tasks of an issue again. Answers once that has begun.',
    input: runInput,
    args: (input) => [...runArgs(input), '--retry'],
    isLong: true,
    isReading: false,
  },
  {
    name: 'metrics',
    description:
      'What the runs of this repository, of one issue, or of all repositories achieved: success, speedup, merges, rework, cost, failures, and the improvements worth most.',
    input: z.object({
      issue: issue.optional(),
      since: z
        .string()
        .regex(/^\d/u)
        .optional()
        .describe('Only runs that began since: 30d, 2w, 12h, or a date'),
      month: z
        .string()
        .regex(/^\d{4}-\d{2}$/u)
        .optional()
        .describe('Only runs that began in this month: 2026-11'),
      all: z.boolean().optional().describe('The runs of all repositories; without an issue'),
    }),
    args: (input) => [
      ...['metrics', ...given(input['issue']), '--json'],
      ...(input['all'] === true ? ['--all'] : []),
      ...option('--since', input['since']),
      ...option('--month', input['month']),
    ],
    isLong: false,
    isReading: true,
  },
];

/** A command that says one thing about a run. */
function steering(command: string): Pick<McpTool, 'input' | 'args' | 'isLong' | 'isReading'> {
  return {
    input: z.object({ issue }),
    args: (input) => [command, String(input['issue'])],
    isLong: false,
    isReading: false,
  };
}

function runArgs(input: Readonly<Record<string, unknown>>): readonly string[] {
  const words = offered.flatMap((one) => wordsFor(one, input[one.name]));
  return ['orchestrate', String(input['issue']), '--json', ...words];
}

function option(name: string, value: unknown): readonly string[] {
  return given(value).flatMap((word) => [name, word]);
}

function given(value: unknown): readonly string[] {
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}

function list(values: unknown): readonly string[] {
  return Array.isArray(values) ? values.map(String) : [];
}
