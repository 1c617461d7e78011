/** What the reviewer of a run's pull request goes through, in the user guide's words. */
export const reviewChecklist = [
  'Tests passing',
  'Meets acceptance criteria from sub-issue',
  'No unintended file changes',
  'Documentation complete',
  'Follows project style',
  'Ready to merge independently',
] as const;

export type ReviewItem = (typeof reviewChecklist)[number];

export const reviewNote = 'Review ALL orchestrated PRs before merging ANY';
