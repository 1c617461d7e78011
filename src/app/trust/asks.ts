import { createHash } from 'node:crypto';
import { namedHosts } from '../../forge/github/http/token-choice.ts';
import type { Configuration } from '../settings/configuration.ts';
import type { OrchestrateOptions } from '../settings/given-flags.ts';
import { askingParts, type AskingPart } from './asking-parts.ts';

/** One thing in a repository's configuration that needs the user's trust. */
export type Ask = {
  /** Where it is in the file: `workspace.sandbox`. */
  readonly key: string;
  /** What it does, in plain words. */
  readonly words: string;
};

/** What a configuration asks for, in the order of the parts. */
export function asksOf(configuration: Configuration): readonly Ask[] {
  return askingParts.flatMap((part) => {
    const found = part.find(configuration);
    return found === null ? [] : { key: part.key, words: part.words(found) };
  });
}

/** What speaks for a command, instead of the configuration, on some parts. */
export type Given = {
  readonly options: Pick<OrchestrateOptions, 'agent' | 'setup' | 'check' | 'sandbox' | 'merge'>;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the command itself is the user's request to merge: the configuration can then only require more before that. */
  readonly isMergeAsked: boolean;
};

/** The asks that remain where the user's own options and environment override the configuration. */
export function asksBeyond(configuration: Configuration, given: Given): readonly Ask[] {
  return asksOf(configuration).filter(({ key }) => !isGiven(key, configuration, given));
}

function isGiven(key: string, { github }: Configuration, given: Given): boolean {
  const { options, env, isMergeAsked } = given;
  const sandbox = options.sandbox ?? (env['FLOTILLA_SANDBOX'] || undefined);
  switch (key) {
    case 'agent.name':
      return options.agent !== undefined;
    case 'workspace.setup':
      return options.setup !== undefined;
    case 'verification.checks':
      return options.check !== undefined;
    case 'workspace.sandbox':
      return sandbox !== undefined;
    case 'workspace.visible':
    case 'workspace.writable':
      // Without a sandbox there is nothing to open.
      return sandbox === 'off';
    case 'merging.policy':
      return isMergeAsked || options.merge !== undefined;
    case 'github.host':
      return namedHosts(env, null).includes(github.host?.toLowerCase() ?? '');
    default:
      return false;
  }
}

/** A configuration without anything that needs trust. */
export function withoutAsks(configuration: Configuration): Configuration {
  return askingParts.reduce((left: Configuration, { find, drop }: AskingPart) => {
    return find(left) === null ? left : drop(left);
  }, configuration);
}

/** Distinguishes what is asked for from anything else; null when nothing is. What needs no trust does not count. */
export function askDigest(configuration: Configuration): string | null {
  const found = askingParts.flatMap(({ key, find }) => {
    const values = find(configuration);
    return values === null ? [] : [[key, values] as const];
  });
  if (found.length === 0) return null;
  return createHash('sha256').update(JSON.stringify(found)).digest('hex');
}
