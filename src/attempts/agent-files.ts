import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentCommand } from '../agents/agent.ts';

/** Writes the files that an agent is to find, such as its policy, where no agent may change them. */
export async function layOutFiles(directory: string, { files }: AgentCommand): Promise<void> {
  for (const [name, text] of Object.entries(files ?? {})) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(join(directory, name), text, { mode: 0o600 });
  }
}
