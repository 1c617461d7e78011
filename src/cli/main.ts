import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from '@commander-js/extra-typings';
import { exitCodes } from '../model/run-status.ts';
import { addAddress } from './address-command.ts';
import type { CommandContext } from './command-context.ts';
import { issueArgument, orchestrateHelp } from './help-texts.ts';
import { currentDirectory } from './current-directory.ts';
import { parseMonth, parseSince } from './metrics-period.ts';
import { collectCounts, parseCount } from './option-values.ts';
import { withMergeOptions, withRunOptions } from './run-options.ts';
import { tellError } from './tell-error.ts';
import { keepYoungGenerationSmall } from './young-generation.ts';

/** The program's arguments in, its exit code out. Commands are loaded when they are called. */
async function main(argv: readonly string[], context: CommandContext): Promise<number> {
  let exitCode = 0;
  const run = (command: Promise<number>): Promise<void> =>
    command.then((code) => {
      exitCode = code;
    });
  try {
    await buildProgram(context, run).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    return tellError(error, context);
  }
}

function buildProgram(
  context: CommandContext,
  run: (command: Promise<number>) => Promise<void>,
): Command {
  const program = new Command('flotilla')
    .description('Point it at one master issue: coding agents work its sub-tasks side by side.')
    .version(version(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(flotilla --help shows what there is)')
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    });
  addOrchestrate(program, context, run);
  addReading(program, context, run);
  addMeasuring(program, context, run);
  addMerging(program, context, run);
  addAddress(program, context, run);
  addTending(program, context, run);
  addSetting(program, context, run);
  for (const command of program.commands)
    command.showHelpAfterError(`(flotilla ${command.name()} --help shows what it takes)`);
  return program;
}

type Run = (command: Promise<number>) => Promise<void>;

function addOrchestrate(program: Command, context: CommandContext, run: Run): void {
  withMergeOptions(
    withRunOptions(
      program
        .command('orchestrate')
        .aliases(['run', 'parallel-orchestrate'])
        .description(
          'plan a master issue, run its sub-tasks, verify them, open their pull requests (also: parallel-orchestrate)',
        )
        .argument('<issue>', issueArgument)
        .addHelpText('after', orchestrateHelp),
    ),
  ).action(async (issue, options) => {
    const { orchestrate } = await import('./commands/orchestrate.ts');
    await run(orchestrate(issue, options, context));
  });
  withMergeOptions(
    withRunOptions(
      program
        .command('resume')
        .description('the same for an issue that has a run; without an issue, the newest one')
        .argument('[issue]', issueArgument),
    ),
  ).action(async (issue, options) => {
    const { resume } = await import('./commands/resume.ts');
    await run(resume(issue, options, context));
  });
  program
    .command('demo')
    .description(
      'make a sample repository with a master issue and run it, with no token and no model',
    )
    .option('--dir <path>', 'a new folder')
    .option('--agent <name>', 'a real agent instead of the rehearsal')
    .option('--plain', 'plain lines instead of the live view')
    .action(async (options) => {
      const { demo } = await import('./commands/demo.ts');
      await run(demo(options, context));
    });
}

function addReading(program: Command, context: CommandContext, run: Run): void {
  program
    .command('status')
    .description('how a run stands; without an issue, the newest one')
    .argument('[issue]', issueArgument)
    .option('--json', 'one object')
    .option('--watch', 'go on as it happens')
    .action(async (issue, options) => {
      const { status } = await import('./commands/status.ts');
      await run(status(issue, options, context));
    });
  program
    .command('runs')
    .description('all runs of this repository')
    .option('--json', 'one array')
    .action(async (options) => {
      const { runs } = await import('./commands/runs.ts');
      await run(runs(options, context));
    });
  program
    .command('diff')
    .description("what a task's branch changes")
    .argument('<issue>', issueArgument)
    .argument('<task>', 'its number', parseCount)
    .action(async (issue, task) => {
      const { diff } = await import('./commands/diff.ts');
      await run(diff({ issue, task }, context));
    });
  program
    .command('open')
    .description("a task's workspace, in $EDITOR or a shell")
    .argument('<issue>', issueArgument)
    .argument('<task>', 'its number', parseCount)
    .action(async (issue, task) => {
      const { open } = await import('./commands/diff.ts');
      await run(open({ issue, task }, context));
    });
  program
    .command('logs')
    .description("a run's story, or what one task's agent said")
    .argument('<issue>', issueArgument)
    .argument('[task]', 'its number', parseCount)
    .option('--follow', 'go on as it happens')
    .option('--raw', "the agent's output as it was")
    .action(async (issue, task, options) => {
      const { logs } = await import('./commands/logs.ts');
      await run(logs({ issue, task, options }, context));
    });
  program
    .command('clean')
    .description('show what can be removed and why that is safe; --yes removes it')
    .option('--yes', 'remove it')
    .option('--all', 'also what is kept for a retry or a look: salvaged first')
    .option('--json', 'one object')
    .action(async (options) => {
      const { clean } = await import('./commands/clean.ts');
      await run(clean(options, context));
    });
}

/** What all that was worth. */
function addMeasuring(program: Command, context: CommandContext, run: Run): void {
  program
    .command('metrics')
    .description('what the runs of this repository, or of one issue, achieved')
    .argument('[issue]', issueArgument)
    .option('--since <span>', 'runs that began since: 30d, 2w, or a date', parseSince)
    .option('--month <month>', 'runs that began in it: 2026-11', parseMonth)
    .option('--json', 'one object')
    .action(async (issue, options) => {
      const { metrics } = await import('./commands/metrics.ts');
      await run(metrics(issue, options, context));
    });
}

/** The last mile: from pull requests to a merged base. */
function addMerging(program: Command, context: CommandContext, run: Run): void {
  program
    .command('merge')
    .description('judge all finished branches together, then merge them one after another')
    .argument('<issue>', issueArgument)
    .addOption(
      new Option('--method <how>', 'how a pull request comes into the base').choices([
        'squash',
        'merge',
        'rebase',
      ] as const),
    )
    .addOption(
      new Option('--merge <policy>', 'what a pull request must be').choices([
        'verified',
        'approved',
      ] as const),
    )
    .addOption(
      new Option('--require <policy>', 'the same as --merge').choices([
        'verified',
        'approved',
      ] as const),
    )
    .option('--no-resolve', 'ask no agent to resolve conflicts or to mend what is red together')
    .option('--yes', 'do not ask')
    .option('--json', 'one object')
    .action(async (issue, options) => {
      const { merge } = await import('./commands/merge.ts');
      await run(merge(issue, options, context));
    });
}

function addTending(program: Command, context: CommandContext, run: Run): void {
  program
    .command('analyze')
    .description(
      'what the code leans on, what the tasks of an issue do, or which files a text will touch',
    )
    .argument('[path...]', 'folders of a repository; all of it without any')
    .option('--check-dependencies', 'shared modules, hub files and import cycles')
    .option('--issue <issue>', 'what each task of this issue leans on')
    .option('--predict <file>', "rank the repository's files for the task in this file")
    .option('--at <commit>', 'as of that commit, from its tree and its history alone')
    .option('--json', 'one object')
    .action(async (paths, options) => {
      const { analyze } = await import('./commands/analyze.ts');
      await run(analyze(paths, options, context));
    });
  program
    .command('cancel')
    .description('end some tasks, or all of a run, from any terminal; their work is kept')
    .argument('<issue>', issueArgument)
    .argument('[task...]', 'their numbers', collectCounts)
    .action(async (issue, tasks) => {
      const { cancel } = await import('./commands/cancel.ts');
      await run(cancel({ issue, tasks: tasks ?? [] }, context));
    });
  program
    .command('explain')
    .description('what a finding or a failure means, and what to do about it')
    .argument('<topic>', 'such as red-base, timed-out or TEST_FAILURE; a wrong one lists them all')
    .action(async (topic) => {
      const { explain } = await import('./commands/explain.ts');
      await run(Promise.resolve(explain(topic, context)));
    });
  program
    .command('rebuild')
    .description("make a run's runtime files again from the journal")
    .argument('[issue]', issueArgument)
    .action(async (issue) => {
      const { rebuild } = await import('./commands/rebuild.ts');
      await run(rebuild(issue, context));
    });
}

/** What a repository and a machine need first, and the way in for other programs. */
function addSetting(program: Command, context: CommandContext, run: Run): void {
  program
    .command('doctor')
    .description('what this machine has for a run, each with the mend')
    .option('--json', 'one array')
    .action(async (options) => {
      const { doctor } = await import('./commands/doctor.ts');
      await run(doctor(options, context));
    });
  program
    .command('init')
    .description(
      'show the files that a repository gets: configuration, templates; --yes writes them',
    )
    .option('--yes', 'write them; what is there stays as it is')
    .option('--claude-code', 'the slash commands and the skill for Claude Code, too')
    .option(
      '--workflow <owner/repository@commit>',
      'the workflow of GitHub Actions that starts a run by a label, too; the value says where Flotilla is',
    )
    .action(async (options) => {
      const { init } = await import('./commands/init.ts');
      await run(init(options, context));
    });
  program
    .command('mcp')
    .description('the commands as tools for any MCP client, on standard input and output')
    .action(async () => {
      const { mcp } = await import('./commands/mcp.ts');
      await run(mcp(version(), context));
    });
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

const { stdin, stdout, stderr, env } = process;

/** Commands that work for longer than anybody may listen. */
const working = new Set([
  'orchestrate',
  'run',
  'parallel-orchestrate',
  'resume',
  'demo',
  'merge',
  'address',
]);

/** A reader that has seen enough (`flotilla logs | head`) is no error, and ends nothing but what was for its eyes alone. */
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (stream === stdout && !working.has(process.argv[2] ?? '')) process.exit(0);
  });

/** Leaves once all that was printed has gone out. */
function leave(code: number): void {
  stdout.write('', () => stderr.write('', () => process.exit(code)));
}

const context = { directory: currentDirectory(), env, stdin, stdout, stderr };

/** What fails beside the command itself (a timer of the run, say) ends it in the same words. */
async function endBadly(error: unknown): Promise<void> {
  leave(await tellError(error, context));
}

process.on('uncaughtException', (error) => void endBadly(error));
keepYoungGenerationSmall();

void main(process.argv.slice(2), context).then(leave);
