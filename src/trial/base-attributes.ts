import { posix } from 'node:path';
import type { Git } from '../git/git.ts';
import { readTexts } from '../git/objects.ts';
import { listFiles } from '../git/trees.ts';
import { hubAttributes } from './hub-rules.ts';

/**
 * How the files of a base merge, as lines of one attributes file at the root: by what its own `.gitattributes` say, and
 * where they are silent by our rules for hub files. Of an attributes file only what decides a merge is taken over.
 */
export async function mergeAttributes(git: Git, base: string): Promise<string[]> {
  const paths = await listFiles(git, base);
  const folders = paths
    .filter((path) => posix.basename(path) === '.gitattributes')
    .map((path) => posix.dirname(path))
    // Git takes the nearest file's word, and in one file the last one.
    .toSorted((one, other) => depthOf(one) - depthOf(other))
    .slice(0, mostFiles);
  const names = folders.map((folder) => `${base}:${posix.join(folder, '.gitattributes')}`);
  const texts = await readTexts(git, names);
  const root = folders[0] === '.' ? (texts[0] ?? '') : '';
  const macros = macrosIn(root);
  const own = folders.flatMap((folder, index) =>
    linesFor(texts[index] ?? '', folder === '.' ? '' : folder, macros),
  );
  return [...(await hubAttributes(git, base)), ...own];
}

/** A base with more of them merges by the shallowest. */
const mostFiles = 200;

function depthOf(folder: string): number {
  return folder === '.' ? 0 : folder.split('/').length;
}

/** The names of what the root's file defines as several attributes at once; git knows one by itself. */
function macrosIn(text: string): ReadonlySet<string> {
  const names = Array.from(text.matchAll(/^\s*\[attr\](\S+)/gmu), ([, name = '']) => name);
  return new Set(['binary', ...names]);
}

/** What one attributes file says of merges, as seen from the root of the repository. */
function linesFor(text: string, folder: string, macros: ReadonlySet<string>): string[] {
  return text.split('\n').flatMap((raw) => {
    const line = raw.trim();
    const [pattern, rest] = splitLine(line);
    if (pattern === '' || pattern.startsWith('#') || pattern.startsWith('!')) return [];
    const kept = rest.split(/[ \t]+/u).flatMap((word) => mergeWord(word, macros));
    if (pattern.startsWith('[attr]'))
      return folder === '' && kept.length > 0 ? [[pattern, ...kept].join(' ')] : [];
    if (kept.length === 0) return [];
    return [[quoted(fromRoot(pattern, folder)), ...kept].join(' ')];
  });
}

/** The pattern, which C's quotes may be around, and the attributes behind it. */
function splitLine(line: string): readonly [string, string] {
  const [whole, inside] = /^"((?:[^"\\]|\\.)*)"/u.exec(line) ?? [];
  if (whole !== undefined) return [unquoted(inside ?? ''), line.slice(whole.length).trim()];
  const [pattern = ''] = /^\S*/u.exec(line) ?? [];
  return [pattern, line.slice(pattern.length).trim()];
}

/** The ways of merging that git knows by itself; any other is a program of somebody's configuration. */
const builtIn = new Set(['text', 'binary', 'union']);

function mergeWord(word: string, macros: ReadonlySet<string>): string[] {
  const [, sign = '', name = '', value] = /^([-!]?)([\w.][\w.-]*)(?:=(.*))?$/u.exec(word) ?? [];
  if (name === 'merge') return value === undefined || builtIn.has(value) ? [word] : ['merge=text'];
  if (name === 'conflict-marker-size') return [word];
  return macros.has(name) && value === undefined ? [`${sign}${name}`] : [];
}

/** A pattern without a slash is for every folder below its file's; one with a slash is for that place alone. */
function fromRoot(pattern: string, folder: string): string {
  if (folder === '') return pattern;
  const above = folder.replace(/[\\*?[\]]/gu, '\\$&');
  return /\/(?!$)/u.test(pattern)
    ? `/${above}/${pattern.replace(/^\//u, '')}`
    : `/${above}/**/${pattern}`;
}

function unquoted(text: string): string {
  return text.replace(/\\(["\\])/gu, '$1').replaceAll('\\t', '\t');
}

function quoted(pattern: string): string {
  if (!/[\s"]/u.test(pattern)) return pattern;
  return `"${pattern.replace(/["\\]/gu, '\\$&').replaceAll('\t', '\\t')}"`;
}
