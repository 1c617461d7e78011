import { sinkVariables } from '../../model/notification/sink.ts';
import type { Settings } from './settings.ts';

/** The environment for agents, setup and checks, whatever names it by: without what notifications are sent with. */
export function withoutSinkVariables(
  env: NodeJS.ProcessEnv,
  { notificationSinks }: Pick<Settings, 'notificationSinks'>,
): NodeJS.ProcessEnv {
  const hidden = new Set(sinkVariables(notificationSinks ?? []));
  if (hidden.size === 0) return env;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.has(name)));
}
