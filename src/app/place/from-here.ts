import { isAbsolute, relative } from 'node:path';
import { readIssueArgument } from '../issue/issue-argument.ts';

/**
 * A path as one would type it in the shell that called us: relative where it lies below its folder. What would then mean
 * something else (an option, the number of an issue) stays whole.
 */
export function fromHere(path: string, here = process.cwd()): string {
  if (!isAbsolute(path)) return path;
  const short = relative(here, path);
  const isBelow = short !== '' && !/^(?:\.\.|[/-])/u.test(short);
  return isBelow && readIssueArgument(short).kind === 'file' ? short : path;
}
