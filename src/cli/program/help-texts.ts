/** What `<issue>` may be. */
export const issueArgument =
  'a Markdown file, local#N, or on GitHub a number, OWNER/REPOSITORY#N or URL';

/** What stands below the options of `orchestrate`. */
export const orchestrateHelp = `
Exit codes: 0 all succeeded, or it waits for people to merge; 1 partial, at least the success threshold; 2 below it;
3 the issue cannot be read or has no task; 4 the plan was refused, or its warnings were not agreed to; 5 GitHub; 6 the
run's own time ran out; 7 resources; 8 no agent could be started; 9 anything else; 64 wrong usage; 130 interrupted.

Started again, it continues where it stopped, and takes over agents that still work.

Examples:
  $ flotilla orchestrate issue.md --dry-run         the plan, its findings and a verdict; writes nothing
  $ flotilla orchestrate 1234 --max-workers 3       an issue on GitHub, three agents at once
  $ flotilla orchestrate 1234 --tasks 1,2,3         only these tasks
  $ flotilla orchestrate 1234 --retry --timeout 1h  the failed tasks again, with more time
  $ flotilla orchestrate issue.md --merge verified  on to a merged base, from phase to phase
`;
