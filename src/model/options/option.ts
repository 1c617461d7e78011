import type { FlagKind, ValueKind } from './value-kind.ts';

/** The groups of options in the help of a run, in the order in which it shows them. */
export type OptionGroup =
  | 'What is worked on'
  | 'Going on'
  | 'Agents'
  | 'The repository'
  | 'How it ends'
  | 'GitHub'
  | 'What is printed';

/** What a key of the configuration sets. */
type Configured = {
  /** Where it stands in the file: `agent.name`. */
  readonly configuration: string;
  /** What the file takes, where that is not what the command line takes. */
  readonly configured?: ValueKind;
};

/** Where a setting comes from when the command line does not give it. */
type OptionSetting = {
  /** What it is called in the settings and in journals; absent: as the option. */
  readonly setting?: string;
  /** The variable that goes before the configuration. */
  readonly environment?: string;
  /** What holds when nothing else says anything; absent: null, `false` of a switch. */
  readonly default?:
    | string
    | number
    | boolean
    | readonly string[]
    | Readonly<Record<string, string>>;
};

/** An option of a run. Its flag is its name in the table: `maxWorkers` is `--max-workers`. */
export type Option = OptionSetting &
  Partial<Configured> & {
    readonly value: FlagKind;
    readonly group: OptionGroup;
    /** What help says; the default is put behind it, unless `usually` is there. */
    readonly help: string;
    /** What stands for the value in help; of all but switches. */
    readonly argument?: string;
    /** What the documentation says, in Markdown; absent: what help says. */
    readonly meaning?: string;
    /** What stands for the value in the documentation; absent: the argument, or the choices. */
    readonly example?: string;
    /** The default in the documentation's words, where it is no plain value. */
    readonly usually?: string;
    /**
     * Why it is of one start alone: it is no setting, and neither `resume` nor a printed command has it again. Without
     * it, they all do.
     */
    readonly ofOneStart?: string;
    /** When one of these is given again, what was given for this one before does not count any more. */
    readonly yieldsTo?: readonly string[];
    /** What is given is added to what the configuration has, instead of going before it. */
    readonly isAdded?: true;
    /** `flotilla set` changes it while a run goes on. Its setting is then one of the run's own (`RunSettings`). */
    readonly mayChange?: true;
    /** What MCP clients read about it; absent: they cannot give it. */
    readonly mcp?: string;
  };

/** A setting that only the configuration, and maybe a variable, can give. */
export type ConfigurationKey = OptionSetting &
  Configured & {
    readonly value: ValueKind;
    /** What the documentation says, in Markdown, where the name does not say it all. */
    readonly meaning?: string;
  };

/** What an entry is called in the settings and in journals. */
export type SettingName<Name, Entry> = Entry extends {
  readonly setting: infer Other extends string;
}
  ? Other
  : Name;

/** The flag of an option: of `maxWorkers`, `--max-workers`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What help says of an option, with its default where that is a plain value. */
export function helpOf({ help, usually, value, default: usual }: Option): string {
  if (usually !== undefined || !(typeof usual === 'string' || typeof usual === 'number'))
    return help;
  const words = value.kind === 'seconds' ? durationWords(Number(usual)) : usual;
  return `${help} (default: ${words})`;
}

function durationWords(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
