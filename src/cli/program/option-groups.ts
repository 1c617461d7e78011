import { Option, type CommandUnknownOpts, type Help } from '@commander-js/extra-typings';

/** The options of a run by what they are about, in the order in which help shows them; all others come last. */
const groups = {
  'What is worked on': [
    ...['--dry-run', '--assist', '--tasks', '--batch-size', '--batch', '--stack'],
    ...['--independent', '--reader', '--on-conflict', '--allow-out-of-scope', '--yes', '--force'],
  ],
  'Going on': ['--retry', '--fresh'],
  Agents: [
    ...['--agent', '--model', '--max-workers', '--timeout', '--stall', '--max-turns'],
    ...['--max-cost', '--env', '--sandbox'],
  ],
  'The repository': [
    ...['--base', '--setup', '--check', '--check-timeout', '--accept-check-changes', '--trust'],
  ],
  'How it ends': [
    '--run-timeout',
    '--success-threshold',
    '--merge',
    '--max-unreviewed',
    '--solo-control',
  ],
  GitHub: ['--forge', '--draft', '--ci-fixes', '--event', '--take-over'],
  'What is printed': ['--plain', '--json'],
} as const;

const others = 'Options:';

/** More options than these are hard to read through. */
const mostUngrouped = 10;

/** Lets each command point at its own help after an error, and show its options in groups where they are many. */
export function helpEach(commands: readonly CommandUnknownOpts[]): void {
  for (const command of commands) {
    command.showHelpAfterError(`(flotilla ${command.name()} --help shows what it takes)`);
    if (command.options.length > mostUngrouped) groupOptions(command);
  }
}

function groupOptions(command: CommandUnknownOpts): void {
  const headings = Object.entries(groups);
  for (const option of command.options) {
    const heading = headings.find(([, names]) => names.some((name) => name === option.long))?.[0];
    if (heading !== undefined) option.helpGroup(`${heading}:`);
  }
  const order = [...headings.map(([heading]) => `${heading}:`), others];
  command.configureHelp({
    groupItems: (_all, visible, groupOf) => {
      const sorted = visible.toSorted((one, other) => placeOf(one) - placeOf(other));
      const found = [...Map.groupBy(sorted, groupOf)];
      return new Map(found.toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other)));
    },
  } satisfies Partial<Help>);
}

const places: readonly string[] = Object.values(groups).flat();

function placeOf(item: unknown): number {
  return item instanceof Option ? places.indexOf(item.long ?? '') : 0;
}
