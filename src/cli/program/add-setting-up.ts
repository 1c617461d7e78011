import type { AddCommands } from './add-commands.ts';
import { withSome } from './add-options.ts';
import { programVersion } from '../../files/program-version.ts';

/** What a repository and a machine need first, and the way in for other programs. */
export const addSettingUp: AddCommands = (program, context, run) => {
  program
    .command('doctor')
    .description('check this machine and suggest fixes')
    .option('--json', 'one array')
    .action(async (options) => {
      const { doctor } = await import('../commands/doctor.ts');
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
      const { init } = await import('../commands/init.ts');
      await run(init(options, context));
    });
  program
    .command('trust')
    .description("show what the repository's configuration asks for, and trust it with that")
    .option('--revoke', 'trust it with nothing any more')
    .action(async (options) => {
      const { trust } = await import('../commands/trust.ts');
      await run(trust(options, context));
    });
  withSome(
    program
      .command('notify')
      .description('list where notifications go; --test sends one to each')
      .option('--test', 'send a test, and print what each sink answered'),
    { trust: null },
  ).action(async (options) => {
    const { notify } = await import('../commands/notify.ts');
    await run(notify(options, context));
  });
  program
    .command('mcp')
    .description('the commands as tools for any MCP client, on standard input and output')
    .action(async () => {
      const { mcp } = await import('../mcp/serve.ts');
      await run(mcp(programVersion(), context));
    });
};
