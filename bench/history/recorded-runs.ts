import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBenchUser, type BenchUser } from '../bench-user.ts';

/** What the agents of the recorded runs do: `$1` names their run. */
const agent = `#!/bin/sh
commit() {
  mkdir -p "$1"
  echo "The work of $AGENT_ID" >"$1/$AGENT_ID.txt"
  git add -- "$1"
  git commit --quiet --message "Add part $AGENT_ID of $1"
}
# Whether this agent has failed in the run before.
again() { [ -e "$0.$1-$AGENT_ID" ] || { : >"$0.$1-$AGENT_ID"; false; }; }
case $1-$AGENT_ID in
failing-agent-2) again "$1" && commit "$1" || exit 0 ;;
failing-agent-4) again "$1" || touch broken; git add .; git commit --quiet --message Try; commit "$1" ;;
failing-agent-6) echo 'TypeError: cannot read properties of undefined' >&2; exit 7 ;;
asking-agent-[13]) "$FLOTILLA_ASK" 'Which colour?' --option red --option green; commit "$1" ;;
colliding-agent-5) commit "$1" ;;
colliding-*) echo "$AGENT_ID" >same.txt; git commit --quiet --all --message 'Change the same' ;;
*) commit "$1" ;;
esac
`;

const tasks = [1, 2, 3, 4, 5, 6, 7, 8];

/** Makes a user with a few real runs: one merged, one with failures and a retry, one with questions, one that collides. */
export function recordRuns(root: string, program: string): BenchUser {
  const user = makeBenchUser({
    root,
    tasks: [],
    files: {
      'same.txt': 'nobody\n',
      '.claude/config/parallel-orchestration.json': '{ "questions": { "patience": 1 } }\n',
    },
  });
  writeFileSync(join(root, 'agent.sh'), agent, { mode: 0o755 });
  // A run that fails in parts ends with an exit code of its own.
  const flotilla = (...args: readonly string[]): void => {
    try {
      execFileSync(process.execPath, [program, ...args], {
        ...{ cwd: user.repository, env: user.env, stdio: 'pipe' },
      });
    } catch (error) {
      const { status } = error as { readonly status: number | null };
      if (status !== 1 && status !== 2) throw error;
    }
  };
  for (const kind of ['merged', 'failing', 'asking', 'colliding']) {
    const list = tasks.map((one) => `- [ ] Write ${kind}/agent-${one}.txt\n`).join('');
    writeFileSync(join(root, `${kind}.md`), `# Make it ${kind}\n\n## Sub-Tasks\n\n${list}`);
    const flags = ['--agent', `command:sh ${root}/agent.sh ${kind}`, '--check', 'test ! -e broken'];
    const start = ['orchestrate', `../${kind}.md`, ...flags, '--plain', '--force', '--yes'];
    flotilla(...start, ...(kind === 'merged' ? ['--merge', 'verified'] : []));
    if (kind === 'failing') flotilla(...start, '--retry');
    if (kind === 'colliding') flotilla('merge', `../${kind}.md`, '--yes');
  }
  return user;
}
