import type { Finding } from '../model/plan/plan.ts';

/** Who wrote an issue, as its forge says. */
export type IssueAuthor = {
  readonly login: string;
  /** What the author is to the repository, in the forge's words: `OWNER`, `MEMBER`, `CONTRIBUTOR`, `NONE`, … */
  readonly association: string;
};

/** Whose text may drive agents: associations, and logins written with an `@`. */
export type TrustedAuthors = readonly string[];

/** Those that have write access on GitHub, or may have. */
export const trustedByDefault: TrustedAuthors = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/** Those, and the logins that a configuration names. */
export function trustedAuthors(logins: readonly string[]): TrustedAuthors {
  return [...trustedByDefault, ...logins.map((login) => `@${login.replace(/^@/u, '')}`)];
}

/** A finding when an issue's author is not trusted; null when they are. `what` names the issue. */
export function trustFinding(
  { login, association }: IssueAuthor,
  what: string,
  allowed: TrustedAuthors = trustedByDefault,
): Finding | null {
  const names = allowed.map((name) => name.toUpperCase());
  if (names.includes(association.toUpperCase()) || names.includes(`@${login.toUpperCase()}`))
    return null;
  return {
    kind: 'untrusted',
    severity: 'critical',
    tasks: [],
    message: `${what} was written by ${login}, who has no rights in this repository (${association.toLowerCase().replaceAll('_', ' ')})`,
    evidence: `trusted are: ${allowed.join(', ').toLowerCase()}`,
    advice:
      'Read all of it before you continue: agents will do what it asks for, on this machine. Then continue with --yes. To trust an author always, list them in github.trusted_authors of the configuration.',
  };
}
