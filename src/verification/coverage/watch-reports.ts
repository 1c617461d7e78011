import { createHash } from 'node:crypto';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlainWay, readRegularFile } from '../../files/read-regular-file.ts';
import type { CoverageReading } from '../../model/measurement.ts';
import { readCoverageReport } from './read-report.ts';

/** Names that the usual tools give their reports; what is in them is looked at in any case. */
const reportName =
  /^(?:lcov(?:-\w+)?\.info|[\w.-]*\.lcov|(?:cobertura|coverage|cov)[\w.-]*\.xml|[\w.-]*\.cobertura\.xml|coverage(?:-summary|-final)?\.json|(?:cover(?:age)?|cov|c|cp|profile)\.(?:out|cov|txt|prof))$/iu;

const skippedFolders: ReadonlySet<string> = new Set([
  ...['.git', 'node_modules', '.venv', 'venv', '.tox', '.nox', 'site-packages', '.cargo'],
]);

const deepest = 6;
const mostEntries = 50_000;
const mostReports = 40;
const mostBytes = 32 * 1024 * 1024;

/** What lay in a checkout before a check ran: the digest of each report, by its path. */
export type ReportsBefore = ReadonlyMap<string, string>;

/** Notes the reports of a checkout: those that are committed, or that something before wrote. */
export async function noteReports(root: string): Promise<ReportsBefore> {
  const noted = new Map<string, string>();
  for (const path of await findReports(root)) {
    const content = await readRegularFile({ root, path, mostBytes });
    if (content !== null) noted.set(path, digestOf(content));
  }
  return noted;
}

/**
 * Reads the reports that a check's run wrote in its checkout, an untrusted place: no link is followed, and what is no
 * plain file or is larger than 32 MiB is left out. One that reads as it did before was not written by this run.
 */
export async function readNewReports(
  root: string,
  before: ReportsBefore,
): Promise<CoverageReading[]> {
  const readings: CoverageReading[] = [];
  for (const report of await findReports(root)) {
    const content = await readRegularFile({ root, path: report, mostBytes });
    if (content === null || before.get(report) === digestOf(content)) continue;
    const read = readCoverageReport(content.toString('utf8'));
    if (read !== null) readings.push({ report, ...read });
  }
  return readings;
}

/** Folder by folder from the top, so that what is cut off lies deep. */
async function findReports(root: string): Promise<string[]> {
  const found: string[] = [];
  let folders = [''];
  let entries = 0;
  for (let depth = 0; depth < deepest && folders.length > 0; depth += 1) {
    const next: string[] = [];
    for (const folder of folders) {
      if (!(await isPlainWay(root, join(folder, 'x')))) continue;
      const directory = await opendir(join(root, folder)).catch(() => null);
      if (directory === null) continue;
      for await (const entry of directory) {
        entries += 1;
        if (entries > mostEntries || found.length >= mostReports) return found;
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && !skippedFolders.has(entry.name)) next.push(path);
        else if (entry.isFile() && reportName.test(entry.name)) found.push(path);
      }
    }
    folders = next.toSorted();
  }
  return found;
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
