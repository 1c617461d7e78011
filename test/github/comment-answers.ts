import type { Comment } from '../rig/github/world.ts';
import type { Permission } from '../rig/github/world.ts';
import type { Running } from '../rig/flotilla.ts';
import { makeCiWorld, type CiWorld, type CiWorldParams } from './ci-world.ts';

/** Asks, writes the answer down with the exit code, and commits. */
export const asks = (question: string, name = 'colour.txt'): string =>
  `"$FLOTILLA_ASK" "${question}" --option red --option "dark green" >${name}; echo "exit $?" >>${name}; git add ${name}; git commit --quiet --message "Choose"`;

/** Who may do what: ann and bob may write, eve and mallory may not. */
const permissions: Readonly<Record<string, Permission>> = {
  ...{ ann: 'write', bob: 'write', eve: 'read', mallory: 'triage' },
};

/** A repository on GitHub whose agents ask; nothing there is waited for longer than a test needs. */
export type AskingWorld = CiWorld & {
  readonly begin: (...args: readonly string[]) => Running;
  /** Waits for a comment on an issue or a pull request that is as it should be. */
  readonly comment: (number: number, isMeant: (comment: Comment) => boolean) => Promise<Comment>;
  /** What the branch of a task's pull request has. */
  readonly published: (title: string, file: string) => string;
};

/** Makes it, with a master issue of these tasks. */
export async function makeAskingWorld(params: CiWorldParams): Promise<AskingWorld> {
  const site = await makeCiWorld({
    ...{ permissions, hasWorkflow: false, ...params },
    github: { ci_grace: 0.2, ...params.github },
  });
  const { world, hub, shop } = site;
  const happened = (kind: 'comment-created' | 'comment-edited'): number =>
    hub.events.filter((event) => event.kind === kind).length;
  return {
    ...site,
    begin: (...args) =>
      site.start(
        ...['orchestrate', String(site.master), '--agent', world.agent, '--plain'],
        ...['--check', 'true', '--force', ...args],
      ),
    comment: async (number, isMeant) => {
      for (;;) {
        const found = shop.comments(number).find(isMeant);
        if (found !== undefined) return found;
        await Promise.race([
          hub.until('comment-created', happened('comment-created') + 1),
          hub.until('comment-edited', happened('comment-edited') + 1),
        ]);
      }
    },
    published: (title, file) => {
      const pull = shop.pulls().find(({ issue }) => issue.title === title);
      return world.git('show', `flotilla/${pull?.head.ref ?? ''}:${file}`);
    },
  };
}
