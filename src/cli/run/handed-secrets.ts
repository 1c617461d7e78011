import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { agentNames, findAgent } from '../../agents/find-agent.ts';
import { pickVariables } from '../../agents/pick-variables.ts';
import { isWorthMasking } from '../../model/secret-forms.ts';
import type { Settings } from '../settings.ts';

/**
 * The values that agents get from the user's environment and that must stand nowhere else: all that the user hands over
 * by name (`--env`), and the keys that agents' programs sign in with. A path that there is tells nobody anything, and our
 * own texts are full of them.
 */
export function handedSecrets(
  settings: Pick<Settings, 'variables'>,
  env: NodeJS.ProcessEnv,
): string[] {
  const own = agentNames.flatMap((name) => {
    const found = findAgent(name);
    return found.ok ? Object.entries(pickVariables(found.value.variables, env)) : [];
  });
  const values = [
    ...Object.values(pickVariables(settings.variables, env)),
    ...own
      .filter(([name]) => /key|token|secret|password|credential/iu.test(name))
      .map(([, value]) => value),
  ];
  return [...new Set(values)].filter(
    (value) => isWorthMasking(value.trim()) && !(isAbsolute(value) && existsSync(value)),
  );
}
