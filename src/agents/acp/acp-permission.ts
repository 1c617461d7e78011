import { isAbsolute, relative, resolve } from 'node:path';
import { askingTool } from '../program/asking-servers.ts';
import type { PermissionOption, ToolCallUpdate } from '@agentclientprotocol/sdk';

/** What an agent may do without asking. */
export type AcpPolicy = {
  /** Absolute: where it may edit. */
  readonly directory: string;
  /** The first words of commands that it may run. */
  readonly prefixes: readonly string[];
};

/**
 * Answers an agent that asks whether it may use a tool: reading, edits in the workspace, and the commands of the
 * project are allowed, and nothing else is.
 */
export function isAllowed(call: ToolCallUpdate, policy: AcpPolicy): boolean {
  switch (call.kind) {
    case 'read':
    case 'search':
    case 'think':
      return true;
    case 'edit':
    case 'delete':
    case 'move': {
      const paths = (call.locations ?? []).map(({ path }) => path);
      return paths.length > 0 && paths.every((path) => isInside(path, policy.directory));
    }
    case 'execute':
      return isAllowedCommand(commandOf(call), policy.prefixes);
    default:
      // Asking the user does nothing else.
      return (call.title ?? '').includes(askingTool);
  }
}

/** The option that says so once; null when the agent offers none, which must be answered as a cancellation. */
export function chooseOption(
  options: readonly PermissionOption[],
  isGranted: boolean,
): string | null {
  const kinds = isGranted ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  const found = kinds.flatMap((kind) => options.filter((option) => option.kind === kind));
  return found[0]?.optionId ?? null;
}

/** The command of a tool call, as text; empty when it does not say. */
export function commandOf({ rawInput, title }: ToolCallUpdate): string {
  const input = typeof rawInput === 'object' && rawInput !== null ? rawInput : {};
  const command = 'command' in input ? input.command : 'cmd' in input ? input.cmd : null;
  if (typeof command === 'string') return command;
  if (Array.isArray(command)) return bareCommand(command.map(String));
  return rawInput === undefined ? (title ?? '') : '';
}

/** `["bash", "-lc", "npm test"]` is `npm test`. */
function bareCommand(words: readonly string[]): string {
  const [shell = '', flag = '', line] = words;
  return /(?:^|\/)(?:ba|da|z)?sh$/u.test(shell) && /^-l?c$/u.test(flag) && line !== undefined
    ? line
    : words.join(' ');
}

function isAllowedCommand(command: string, prefixes: readonly string[]): boolean {
  if (prefixes.includes(command)) return true;
  // Quoted text belongs to the command, as long as no shell expands it.
  const plain = command.replaceAll(/'[^']*'|"[^"$`\\]*"/gu, (quoted) => 'x'.repeat(quoted.length));
  if (/[`$()<>|;\n\\"']/u.test(plain) || /(?<!&)&(?!&)|&{3}/u.test(plain)) return false;
  return partsBetween(command, plain).every((part) =>
    // More may follow an allowed command.
    prefixes.some((prefix) => part === prefix || part.startsWith(`${prefix} `)),
  );
}

/** The parts of `a && b`, found where `plain` has the `&&`. */
function partsBetween(command: string, plain: string): readonly string[] {
  let from = 0;
  return plain.split('&&').map((part) => {
    const found = command.slice(from, from + part.length).trim();
    from += part.length + 2;
    return found;
  });
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, resolve(directory, path));
  return way !== '' && !way.startsWith('..') && !isAbsolute(way) && !/^\.git(?:\/|$)/u.test(way);
}
