import type { Forge, PullReport } from '../../forge/forge.ts';
import type { PullRemark } from '../../model/event/pull-remark.ts';

/** More of a log does not help an agent, and more logs than these repeat themselves. */
const longestLog = 6_000;
const mostChecks = 8;

/** The red checks of a pull request, each with the end of its log if there is one. */
export async function redChecks(
  forge: Pick<Forge, 'readJobLog'>,
  { failed, head }: Pick<PullReport, 'failed' | 'head'>,
): Promise<readonly PullRemark[]> {
  const remarks: PullRemark[] = [];
  for (const { name, url, job } of failed.slice(0, mostChecks)) {
    const log = job === null ? null : await forge.readJobLog({ job, most: longestLog });
    remarks.push({ kind: 'check', id: `check:${name}@${head}`, name, url, log });
  }
  return remarks;
}
