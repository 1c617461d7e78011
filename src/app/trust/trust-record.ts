import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../files/replace-file.ts';
import { UserError } from '../../model/user-error.ts';
import type { Place } from '../place/find-place.ts';

const recordSchema = z.object({
  /** For people: the root of the work tree. */
  repository: z.string(),
  /** Digests of what was trusted; each branch may ask for something else. */
  trusted: z.array(z.string()),
});

/** Whether the user has trusted this for the repository before. */
export async function isTrusted(place: Place, digest: string): Promise<boolean> {
  return (await readTrusted(place)).includes(digest);
}

/** Remembers, outside the repository, that the user trusts it with what has this digest. */
export async function recordTrust(place: Place, digest: string): Promise<void> {
  const before = await readTrusted(place);
  const trusted = [...before.filter((known) => known !== digest), digest];
  const record = { repository: place.repository.root, trusted };
  const file = fileFor(place);
  await replaceFile(file, `${JSON.stringify(record)}\n`).catch(unwritable(file));
}

/** Forgets all that the user has trusted this repository with; false when there was nothing. */
export async function revokeTrust(place: Place): Promise<boolean> {
  const hadTrust = (await readTrusted(place)).length > 0;
  const file = fileFor(place);
  await rm(file, { force: true }).catch(unwritable(file));
  return hadTrust;
}

function unwritable(file: string): (error: Error) => never {
  return ({ message: why }) => {
    throw new UserError({ code: 'state-unwritable', file, why });
  };
}

async function readTrusted(place: Place): Promise<readonly string[]> {
  const text = await readFile(fileFor(place), 'utf8').catch(() => '');
  try {
    return recordSchema.parse(JSON.parse(text)).trusted;
  } catch {
    // A record that cannot be read is no trust.
    return [];
  }
}

/** One file for a repository; its linked work trees share it. */
function fileFor({ stateHome, repository }: Place): string {
  const name = createHash('sha256').update(repository.gitDirectory).digest('hex').slice(0, 32);
  return join(stateHome, 'trust', `${name}.json`);
}
