import type { Stage } from '../../model/event/attempt-event.ts';

/**
 * One use of a tool, by the names that Claude Code has for them: `Read`, `Edit`, `Write` with a `file_path`, `Bash` with
 * a `command`. Other agents' tools are named in the same words, so that one judge does for all.
 */
export type ToolUse = { readonly name: string; readonly input: Readonly<Record<string, unknown>> };

/** A tool use in one line: `Edit src/cart.js`, `Bash: npm test`. Paths are shown from the `directory` it works in. */
export function describeTool({ name, input }: ToolUse, directory: string | null): string {
  const path = pathOf(input);
  if (path !== null) return `${name} ${relativeTo(directory, path)}`;
  const detail = ['command', 'pattern', 'description', 'query', 'url', 'skill']
    .map((key) => input[key])
    .find((value) => typeof value === 'string' && value !== '');
  const shown = detail ?? questionOf(input);
  return typeof shown === 'string' && shown !== '' ? `${name}: ${shown}` : name;
}

/** What a tool was going to ask people: `{ question }`, or the first of `{ questions: [{ question }] }`. */
function questionOf(input: ToolUse['input']): unknown {
  const [first] = Array.isArray(input['questions']) ? (input['questions'] as unknown[]) : [];
  return input['question'] ?? (Object(first) as { readonly question?: unknown }).question;
}

/**
 * Says from its tool uses, one after another, what an agent is busy with; null when that stays as it was. Paths count
 * from the `directory` that it works in.
 */
export type StageJudge = (tool: ToolUse, directory: string | null) => Stage | null;

/*
 * analyzing ──▶ planning ──▶ implementation ◀──▶ documenting
 *     └─────────────┴────────────┬─┴────────────────┘
 *                                ▼
 *                             testing ◀──▶ fixing
 *
 * Reading and making lists mean something only until the first edit: an agent reads all the time.
 */

/** Starts a judge of its own for each attempt. */
export function stageJudge(): StageJudge {
  let stage: Stage | null = null;
  let hasEdited = false;
  let hasTested = false;

  return (tool, directory) => {
    const what = kindOf(tool, directory);
    if (what === null || (hasEdited && (what === 'analyzing' || what === 'planning'))) return null;
    if (what === 'analyzing' && stage === 'planning') return null;
    const next = what === 'implementation' && hasTested ? 'fixing' : what;
    hasEdited ||= what === 'implementation' || what === 'documenting';
    hasTested ||= what === 'testing';
    if (next === stage) return null;
    stage = next;
    return next;
  };
}

type ToolKind = Exclude<Stage, 'initializing' | 'fixing' | 'creating_pr'>;

function kindOf({ name, input }: ToolUse, directory: string | null): ToolKind | null {
  switch (name) {
    case 'Read':
    case 'Glob':
    case 'Grep':
    case 'LS':
      return 'analyzing';
    case 'TodoWrite':
    case 'TaskCreate':
    case 'ExitPlanMode':
      return 'planning';
    case 'Edit':
    case 'MultiEdit':
    case 'Write':
    case 'NotebookEdit':
      return isDocument(relativeTo(directory, pathOf(input) ?? ''))
        ? 'documenting'
        : 'implementation';
    case 'Bash':
      return kindOfCommand(typeof input['command'] === 'string' ? input['command'] : '');
    default:
      return null;
  }
}

const looking = /^(?:ls|cat|head|tail|grep|rg|find|wc|tree|pwd|git (?:status|log|diff|show))\b/u;
const testing =
  /\b(?:tests?|spec|check|lint|typecheck|tsc|pytest|unittest|vitest|jest|mocha|ava|tox|nox|ctest|rspec|phpunit|clippy|go vet|verify)\b/u;

/** Judges a shell command by the programs that it starts: `git add test/cart.js` tests nothing. */
function kindOfCommand(command: string): 'analyzing' | 'testing' | null {
  const parts = command.split(/&&|\|\||[;|\n]/u).map((part) => part.trim());
  const isTest = (part: string): boolean =>
    testing.test(part) && !/^(?:git|cd|echo|mkdir|touch|rm|mv|cp|sed|awk)\b/u.test(part);
  if (parts.some((part) => isTest(part) && !looking.test(part))) return 'testing';
  return parts.every((part) => looking.test(part)) ? 'analyzing' : null;
}

function isDocument(path: string): boolean {
  return /\.(?:md|mdx|rst|adoc)$/iu.test(path) || /(?:^|\/)docs?\//u.test(path);
}

function pathOf(input: ToolUse['input']): string | null {
  const path = input['file_path'] ?? input['notebook_path'] ?? null;
  return typeof path === 'string' ? path : null;
}

function relativeTo(directory: string | null, path: string): string {
  return directory !== null && path.startsWith(`${directory}/`)
    ? path.slice(directory.length + 1)
    : path;
}
