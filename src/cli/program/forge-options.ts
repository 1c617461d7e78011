import { Option, type Command } from '@commander-js/extra-typings';
import { parseWhole } from './option-values.ts';

/** The options of a run that are about the place where its pull requests live. */
export function withForgeOptions<Args extends unknown[]>(command: Command<Args>) {
  return command
    .addOption(
      new Option('--forge <home>', 'where issues and pull requests live').choices([
        'local',
        'github',
      ] as const),
    )
    .option('--take-over', 'take the issue over from another machine that works on it, or did')
    .option('--draft', 'open pull requests as drafts')
    .option(
      '--event <file>',
      'the GitHub event that asks for this: its sender must have write access',
    )
    .option(
      '--ci-fixes <n>',
      'how often red checks on GitHub go back to the agent; 0: not watched (default: 2)',
      parseWhole,
    );
}
