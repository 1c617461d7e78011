import type { MasterIssue } from '../../model/issue/issue.ts';
import { clausesOf, isDenied } from '../sentences.ts';

/** What an author says about all tasks together, outside of them. */
export type IssueClaims = {
  /** Clauses that say that every task changes something: `All modify utils/__init__.py`. */
  readonly sharedByAll: readonly string[];
  /** The clause that says that the parts can only be tested or merged together; null when none does. */
  readonly integrated: string | null;
};

const everyTaskChanges =
  /\b(?:all|each|every|both)\b.{0,60}\b(?:modif|chang|touch|edit|updat|share)/iu;
const togetherOnly =
  /\b(?:cannot|can['’]t|can not) (?:be )?test(?:ed)? (?:\w+ )?(?:independently|separately|alone)|\bintegrat\w* tightly|\btightly[ -](?:integrated|coupled)|\bintegration testing needed/iu;

/** Reads the prose around an issue's tasks. */
export function readClaims({ context }: Pick<MasterIssue, 'context'>): IssueClaims {
  // A page of prose says it in its first lines or not at all; the bound keeps hostile text cheap.
  const clauses = clausesOf(context.slice(0, 20_000)).map((clause) => clause.slice(0, 500));
  const affirmed = clauses.filter((clause) => !isDenied(clause));
  return {
    sharedByAll: withoutEchoes(affirmed.filter((clause) => everyTaskChanges.test(clause))),
    integrated: clauses.find((clause) => togetherOnly.test(clause)) ?? null,
  };
}

/** `All modify utils/__init__.py`, and later `All tasks modify shared __init__.py`: the second adds nothing. */
function withoutEchoes(clauses: readonly string[]): string[] {
  const fileIn = /(?:[\w.@-]+\/)*[\w@-]+\.\w{1,10}\b/u;
  const files = clauses.map((clause) => fileIn.exec(clause)?.[0] ?? '');
  return clauses.filter((_, index) => {
    const file = files[index] ?? '';
    return file === '' || !files.some((other) => other.endsWith(`/${file}`));
  });
}

/** Whether the issue's own title makes it one integration: `Integrate …`. */
export function isIntegration({ title }: Pick<MasterIssue, 'title'>): boolean {
  return /\bintegrat(?:e|es|ing|ion)\b|\bend[- ]to[- ]end\b/iu.test(title);
}
