import type { Failure } from '../../model/failure/failure.ts';
import { pickVariables } from './pick-variables.ts';

/** What is known of a program that has a name of its own: to say what is wrong with the one that a user has. */
export type KnownProgram = {
  /** On the npm registry. */
  readonly package: string;
  /** The version that Flotilla was tested with: `test/rig/agent-versions.json` has the same. */
  readonly triedVersion: string;
  readonly signIn: {
    /** Variables of which any signs it in. */
    readonly variables: readonly string[];
    /** Files of the user's, written as in `Agent.home`, of which any shows that somebody signed in. */
    readonly files: readonly string[];
    /** What to do, in one sentence. */
    readonly fix: string;
  };
};

/** How a version compares with the one that Flotilla was tested with; null for the same, and for what has no figures. */
export function compareVersion(found: string, tried: string): 'older' | 'newer-major' | null {
  const [one, other] = [partsOf(found), partsOf(tried)];
  if (one.length === 0) return null;
  for (const [place, part] of other.entries()) {
    const mine = one[place] ?? 0;
    if (mine < part) return 'older';
    if (mine > part) return place === 0 ? 'newer-major' : null;
  }
  return null;
}

function partsOf(version: string): number[] {
  return (/^\d+(?:\.\d+)*/u.exec(version)?.[0] ?? '').split('.').filter(Boolean).map(Number);
}

/** Whether a variable, or a file for which `exists` is asked by its absolute path, shows that somebody signed in. */
export async function isSignedIn(
  { signIn }: KnownProgram,
  env: NodeJS.ProcessEnv,
  exists: (path: string) => Promise<boolean>,
): Promise<boolean> {
  if (Object.values(pickVariables(signIn.variables, env)).some((value) => value !== ''))
    return true;
  for (const file of signIn.files) {
    const path = placeOf(file, env);
    if (path !== null && (await exists(path))) return true;
  }
  return false;
}

/** `$NAME/rest` lies below what a variable names, anything else below HOME; null where that is not set. */
function placeOf(file: string, env: NodeJS.ProcessEnv): string | null {
  const [, name, rest = ''] = /^\$(\w+)(\/.*)?$/u.exec(file) ?? [];
  const root = env[name ?? 'HOME'];
  if (root === undefined || root === '') return null;
  return name === undefined ? `${root}/${file}` : `${root}${rest}`;
}

const unknownOption =
  /(?:unknown|unrecognized|unrecognised|unexpected|invalid) (?:option|argument|flag|parameter)s?\b/iu;

/** What to say about a program that refuses an option which Flotilla gives it; null when that is not what is wrong. */
export function versionFailure(title: string, errors: string): Failure | null {
  const line = errors.split('\n').find((text) => unknownOption.test(text));
  if (line === undefined) return null;
  const message = `${title} does not know an option that Flotilla gives it (${line.trim().slice(0, 200)}): this version is too old, or too new. flotilla doctor shows which version is installed and which one was tested`;
  return { reason: 'not-started', message };
}
