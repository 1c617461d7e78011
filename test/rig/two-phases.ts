/** An issue of two phases, the second of which is sequential: each task makes one file. */
export const twoPhases = `# Two layers

## Phase 1: Ground (Parallel)
- [ ] Write \`ground/a\`
- [ ] Write \`ground/b\`

## Phase 2: On top (Sequential)
- [ ] Write \`top/c\`
- [ ] Write \`top/d\`
`;

/** What its agents do; those of the second phase note what they find. */
export const twoPhasesWork = {
  'agent-1': 'commit ground/a',
  'agent-2': 'commit ground/b',
  'agent-3': 'ls ground >"$rig/seen-3"; commit top/c',
  'agent-4': 'ls top >"$rig/seen-4"; commit top/d',
};
