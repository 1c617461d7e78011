import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askAboutKey } from '../program/credential-probe.ts';

/** What signs Claude Code in, in the order in which it looks: a cloud's own keys and tokens are not asked about. */
export async function probeClaude(env: NodeJS.ProcessEnv): Promise<string | null> {
  const clouds = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'];
  if (clouds.some((name) => Boolean(env[name]))) return null;
  const root = (env['ANTHROPIC_BASE_URL'] || 'https://api.anthropic.com').replace(/\/+$/u, '');
  const url = `${root}/v1/models?limit=1`;
  const version = { 'anthropic-version': '2023-06-01' };
  const { ANTHROPIC_AUTH_TOKEN: token, ANTHROPIC_API_KEY: key } = env;
  if (token) {
    const headers = { ...version, authorization: `Bearer ${token}` };
    return askAboutKey({ url, headers, variable: 'ANTHROPIC_AUTH_TOKEN' });
  }
  if (key)
    return askAboutKey({
      ...{ url, headers: { ...version, 'x-api-key': key } },
      variable: 'ANTHROPIC_API_KEY',
    });
  return env['CLAUDE_CODE_OAUTH_TOKEN'] ? null : expiredClaudeSignIn(env, Date.now());
}

/** Whether Claude Code's stored sign-in has run out and cannot be renewed by itself. */
async function expiredClaudeSignIn(env: NodeJS.ProcessEnv, now: number): Promise<string | null> {
  const folder = env['CLAUDE_CONFIG_DIR'] || join(env['HOME'] ?? '', '.claude');
  const file = join(folder, '.credentials.json');
  try {
    const { claudeAiOauth: signIn } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly claudeAiOauth?: { readonly expiresAt?: unknown; readonly refreshToken?: unknown };
    };
    if (typeof signIn?.expiresAt !== 'number' || signIn.refreshToken) return null;
    const isOver = signIn.expiresAt < now;
    return isOver
      ? `the sign-in in ${file} ended at ${new Date(signIn.expiresAt).toISOString()}`
      : null;
  } catch {
    return null;
  }
}
