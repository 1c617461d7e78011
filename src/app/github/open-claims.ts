import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { IssueClaims } from '../../forge/forge.ts';
import { gitAccess } from '../../forge/github/repository/git-access.ts';
import { openIssueClaims } from '../../forge/github/claims/issue-claims.ts';
import { longestLeaseSeconds } from '../../forge/github/claims/claim-record.ts';
import { openMirror, type MirrorParams } from '../../forge/github/repository/mirror.ts';
import { openSharedRefs } from '../../forge/github/repository/shared-refs.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import type { GitHubConnection } from './connect-github.ts';

export type ClaimsParams = {
  readonly connection: GitHubConnection;
  readonly mirror: MirrorParams;
  readonly number: number;
  /** Our state of the repository: it and the machine's name are who we are. */
  readonly stateRoot: string;
  readonly isTakenOver: boolean;
};

/**
 * What shows other machines that we work on an issue; null for a user who may not push to its repository. Throws a
 * `UserError` when another machine works on it.
 */
export async function openClaims(params: ClaimsParams): Promise<IssueClaims | null> {
  const { client, repository, calls } = params.connection;
  if (!repository.canPush) return null;
  const { directory } = await openMirror(params.mirror);
  const { git, env, host, token } = params.mirror;
  const { owner, repo } = repository;
  return openIssueClaims({
    refs: openSharedRefs({
      git: git.at(directory),
      access: gitAccess({ host, to: repository, token, env }),
      host: client.host.host,
    }),
    issue: {
      number: params.number,
      name: displayIssue({ forge: 'github', owner, repo, number: params.number }),
    },
    ...{ owner: await ownerIn(params.stateRoot), host: hostname() },
    leaseSeconds: leaseSeconds(env),
    isTakenOver: params.isTakenOver,
    serverNow: calls.serverNow,
    isAway: client.isAway,
    token: randomUUID,
  });
}

/** A state folder that was copied to another machine is another owner there. */
async function ownerIn(stateRoot: string): Promise<string> {
  await mkdir(stateRoot, { recursive: true, mode: 0o700 });
  const file = join(stateRoot, 'claim-owner');
  await writeFile(file, randomUUID(), { flag: 'wx', mode: 0o600 }).catch(() => undefined);
  return `${await readFile(file, 'utf8')}@${hostname()}`;
}

const usualLeaseSeconds = 600;

function leaseSeconds(env: NodeJS.ProcessEnv): number {
  const given = Number(env['FLOTILLA_CLAIM_SECONDS'] ?? Number.NaN);
  return given >= 1 && given <= longestLeaseSeconds ? given : usualLeaseSeconds;
}
