import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { agentNames, findAgent } from '../../agents/find-agent.ts';
import { pickVariables } from '../../agents/program/pick-variables.ts';
import { isHttpSink, sinkVariables } from '../../model/notification/sink.ts';
import { isWorthMasking } from '../../model/text/secret-forms.ts';
import type { Settings } from '../settings/settings.ts';

/** Variables whose values are secrets by what they are called. */
const secretName = /key|token|secret|password|passwd|credential/iu;

/**
 * The values that agents get from the user's environment and that must appear nowhere else: all that the user hands over
 * by name (`--env`), and the keys that agents' programs sign in with. A path that exists is not a secret, and our
 * own texts are full of them.
 */
export function handedSecrets(
  settings: Pick<Settings, 'variables'>,
  env: NodeJS.ProcessEnv,
): string[] {
  const named = Object.values(pickVariables(settings.variables, env));
  return worthMasking([...named, ...handedKeys(settings, env)]);
}

/** Those of them that are secrets beyond doubt, by their variables' names. */
export function handedKeys(
  settings: Pick<Settings, 'variables'>,
  env: NodeJS.ProcessEnv,
): string[] {
  const own = agentNames.flatMap((name) => {
    const found = findAgent(name);
    return found.ok ? found.value.variables : [];
  });
  const entries = [own, settings.variables].flatMap((names) =>
    Object.entries(pickVariables(names, env)),
  );
  return worthMasking(entries.flatMap(([name, value]) => (secretName.test(name) ? [value] : [])));
}

/** The URLs and keys that notifications are sent with. No agent gets them, and nothing of ours writes them down. */
export function sinkSecrets(
  { notificationSinks }: Pick<Settings, 'notificationSinks'>,
  env: NodeJS.ProcessEnv,
): string[] {
  const sinks = notificationSinks ?? [];
  const given = sinks.filter(isHttpSink).flatMap(({ url }) => url ?? []);
  return worthMasking([...given, ...sinkVariables(sinks).flatMap((name) => env[name] ?? [])]);
}

function worthMasking(values: readonly string[]): string[] {
  return [...new Set(values)].filter(
    (value) => isWorthMasking(value.trim()) && !(isAbsolute(value) && existsSync(value)),
  );
}
