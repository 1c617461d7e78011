import { asData } from './prompt.ts';

/** Where the agent is to leave its proposal, in the root of its workspace. */
export const proposalFile = 'FLOTILLA-PROPOSAL.md';

/**
 * The prompt that asks an agent to divide an issue into sub-tasks, or only the tasks of some ordinals into parts. The
 * author's text stands between marks.
 */
export function assistPrompt(issue: string, only: readonly number[] | null = null): string {
  const division =
    only === null
      ? 'Propose how the issue below is best divided among agents that work side by side, each on a branch of its own.'
      : `Propose how only item ${only.join(' and item ')} of the list in the issue below is best divided into parts for agents that work side by side, each on a branch of its own. Items count from 1, checked ones included. Keep every other item as it stands there, in its place, and put the parts at the end of the list, so that no other item gets another number.`;
  return `# Divide an issue into sub-tasks

You are in a checkout of the project that is thrown away afterwards. Read the code, and change nothing in it: nobody will look at it.

${division} Write the proposal to the file \`${proposalFile}\` in this directory, as Markdown:

- The first line is \`# \` and the issue's title. Below it comes what of its background an agent needs, in a few sentences.
- Then \`## Sub-Tasks\`, and an item for each: \`- [ ] **Title**: What to do, in which files. Include unit tests.\`
- Name the files and folders of each task in backticks, as they are in this repository. No two tasks should change the same file. Where they must, say so in the later one: \`(after task 1)\`.
- Each task should take an agent 10 to 20 minutes, and all about as long.
- What others need comes first, below \`## Phase 1: Foundation\`, and the rest below \`## Phase 2: …\`.
- Then \`## Acceptance Criteria\`, for what holds for all.

Nobody can answer you: never ask. Invent no wishes that the issue does not have.

# The issue, as its author wrote it

${asData(issue)}
`;
}
