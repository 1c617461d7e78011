/** The prompt for a task of which a branch is published already, by a run that nothing else is known of. */
export function foundPrompt(order: {
  /** Whether the task read otherwise when that was made. */
  readonly isTextChanged: boolean;
  /** The commit that the branch started from. */
  readonly baseSha: string;
  readonly first: string;
}): string {
  const text = order.isTextChanged
    ? 'The text of the task was edited since: change what it asks for now, and keep what still holds. When all of it is done already, commit nothing.'
    : 'Keep what is good, and finish.';
  return `# Part of this is done

An earlier run worked on this task, and its commits are published: see \`git log ${order.baseSha.slice(0, 12)}..HEAD\` first. Add new commits on top, and do not amend, rebase or drop any of them. ${text}

${order.first}`;
}
