import { open } from 'node:fs/promises';
import type { CheckResult } from '../../model/failure/failure.ts';
import { withoutSequences } from '../../model/text/without-sequences.ts';
import { readPrintedCoverage } from './read-printed.ts';
import { noteReports, readNewReports } from './watch-reports.ts';

/** Sums stand at the end of an output. */
const mostPrintedBytes = 1024 * 1024;

/** Runs a check in a checkout, and adds what the reports that its run wrote or printed say of coverage. */
export async function withCoverage(
  root: string,
  run: () => Promise<CheckResult | null>,
): Promise<CheckResult | null> {
  const before = await noteReports(root);
  const result = await run();
  if (result?.state !== 'passed') return result;
  const written = await readNewReports(root, before);
  const coverage = [...written, ...readPrintedCoverage(await readEnd(result.log))];
  return coverage.length === 0 ? result : { ...result, coverage };
}

async function readEnd(path: string): Promise<string> {
  const file = await open(path).catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, mostPrintedBytes);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return withoutSequences(buffer.toString('utf8'));
  } finally {
    await file.close();
  }
}
