import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtempDisposable, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { claudeAgent } from '../../src/agents/claude/claude.ts';
import { openHolds } from '../../src/coordination/holds.ts';
import { ensureBareClone, type BareClone } from '../../src/git/bare-clone.ts';
import { gitAt, identityVariables } from '../../src/git/git.ts';
import { identifySelf } from '../../src/process/identity.ts';
import { enterSandbox } from '../../src/workspace/sandbox/enter-sandbox.ts';
import { findSandbox } from '../../src/workspace/sandbox/find-sandbox.ts';
import { openConfinement } from '../../src/workspace/sandbox/confinement.ts';
import { workspacesOf } from '../../src/workspace/workspaces.ts';
import { startModelServer } from '../rig/model-server.ts';
import { runRealAgent, type RealAttempt } from '../rig/real-agents.ts';
import { findRealAgent } from '../rig/test-agents.ts';

const claude = findRealAgent('claude');
const sandbox = await findSandbox(process.env);
const canRun = claude !== null && sandbox.ok;
const missing = sandbox.ok ? 'no real Claude Code here' : sandbox.error.message;
const title = `the real Claude Code in a sandbox${canRun ? '' : ` (skipped: ${missing})`}`;

type Place = {
  readonly root: string;
  readonly home: string;
  readonly workspace: string;
  readonly clone: BareClone;
};

async function makePlace(): Promise<Place> {
  const directory = await mkdtempDisposable(join(tmpdir(), 'flotilla-claude-'));
  onTestFinished(() => directory.remove());
  const root = await realpath(directory.path);
  const [home, repository, state] = ['home', 'repository', 'state'].map((name) => join(root, name));
  if (home === undefined || repository === undefined || state === undefined) throw new Error(root);
  await Promise.all([home, repository].map((path) => mkdir(path)));
  const identity = { name: 'Tester', email: 'tester@example.invalid' };
  const git = gitAt(repository, { ...process.env, HOME: home });
  await git.run(['init', '--quiet', '--initial-branch=main']);
  const env = identityVariables(identity);
  await git.run(['commit', '--quiet', '--allow-empty', '--message', 'Begin'], { env });
  const holds = openHolds(join(root, 'holds.sqlite'), await identifySelf());
  onTestFinished(() => holds.close());
  const directories = { directory: join(state, 'clone.git'), source: join(repository, '.git') };
  const clone = await ensureBareClone({ ...directories, branch: 'main', git, holds });
  const workspace = join(state, 'workspaces/one');
  const commit = (await git.run(['rev-parse', 'HEAD'])).trim();
  const confining = { sandbox: null, env: process.env, home, clone: clone.directory };
  const workspaces = workspacesOf({
    ...{ clone, trash: join(state, 'trash'), identity, baseBranch: 'main' },
    confinement: openConfinement(confining),
  });
  await workspaces.create({ path: workspace, branch: 'one', commit });
  return { root, home, workspace, clone };
}

describe.skipIf(!canRun)(title, { timeout: 60_000 }, () => {
  test('edits, commits, goes on with its session, and leaves the home as it was', async () => {
    if (!sandbox.ok || claude === null) throw new Error(missing);
    await using server = await startModelServer([
      { tools: [{ name: 'Write', input: { file_path: 'hello.js', content: 'hello();\n' } }] },
      { tools: [{ name: 'Bash', input: { command: 'git add -A && git commit -m Hello' } }] },
      { say: 'Added.' },
      { say: 'Still here.' },
    ]);
    const { root, home, workspace, clone } = await makePlace();
    await writeFile(join(home, '.claude.json'), '{"hasCompletedOnboarding":true}');
    const agent = claudeAgent();
    const inSandbox = {
      ...agent,
      command: (...given: Parameters<typeof agent.command>) => {
        const plain = agent.command(...given);
        return { ...plain, argv: [wrapper, ...plain.argv.slice(1)] as [string, ...string[]] };
      },
    };
    // The argv is made once and its prefix kept in a script, since an agent's command is made without waiting.
    const wrapper = join(root, 'wrapper.sh');
    const prefix = await enterSandbox({
      ...{ sandbox: sandbox.value, argv: [claude], home, workspace, clone: clone.directory },
      env: { ...process.env, HOME: home },
      ...{ directory: join(root, 'state/sandbox'), writable: [], shown: agent.home },
    });
    const quoted = prefix.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    await writeFile(wrapper, `#!/bin/sh\nexec ${quoted} "$@"\n`);
    await chmod(wrapper, 0o755);
    const attempt: RealAttempt = {
      ...{ agent: inSandbox, program: claude, prompt: 'Do the task.', directory: workspace, home },
      env: {
        ANTHROPIC_BASE_URL: server.url,
        ANTHROPIC_API_KEY: 'not-a-key',
        CLAUDE_CODE_MAX_RETRIES: '1',
      },
    };
    const first = await runRealAgent(attempt);
    expect(first.conclusion).toEqual({ claim: 'Added.', failure: null });
    const log = await clone.git.at(workspace).run(['log', '--format=%s', 'one']);
    expect(log).toBe('Hello\nBegin\n');
    const second = await runRealAgent({ ...attempt, request: { session: first.session } });
    expect(second.conclusion).toEqual({ claim: 'Still here.', failure: null });
    expect(second.session).toBe(first.session);
    expect(readFileSync(join(home, '.claude.json'), 'utf8')).toBe(
      '{"hasCompletedOnboarding":true}',
    );
    expect(readdirSync(home)).toEqual(['.claude.json']);
    expect(existsSync(join(root, 'state/sandbox/home/.claude/projects'))).toBe(true);
  });
});
