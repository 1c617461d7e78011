import type { Finding, Plan } from './plan.ts';

/**
 * The findings that a person is asked about before a run starts. Most findings only inform: a stack takes care of
 * dependencies and collisions, and a small or loosely written issue is its author's business.
 */
export function findingsThatAsk({ findings, stack }: Pick<Plan, 'findings' | 'stack'>): Finding[] {
  return findings.filter(({ kind, severity }) => {
    switch (kind) {
      case 'cycle':
      case 'too-large':
      case 'untrusted':
        return severity !== 'info';
      case 'unbalanced':
        return severity === 'critical';
      case 'file-conflict':
        return stack === 'never';
      default:
        return false;
    }
  });
}
