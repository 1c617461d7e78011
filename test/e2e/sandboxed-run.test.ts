import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findSandbox } from '../../src/workspace/sandbox/find-sandbox.ts';
import { readStatus, refOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const sandbox = await findSandbox(process.env);
const title = sandbox.ok
  ? 'a sandboxed run'
  : `a sandboxed run (skipped: ${sandbox.error.message})`;

/** A world whose agent is a committed script: the rig's own folder is hidden in the sandbox. */
async function sandboxedWorld(params: {
  readonly issue: readonly string[];
  readonly files: (world: World) => Readonly<Record<string, string>>;
}): Promise<World> {
  const world = await makeWorld({ issue: params.issue, env: { FLOTILLA_SANDBOX: 'on' } });
  for (const [path, text] of Object.entries(params.files(world))) world.write(path, text);
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message', 'Add the scripts');
  return world;
}

/** Lets agents that read from a FIFO in their workspace go on. */
function release(fifo: string): void {
  // Open at both ends it does not block, and what is written stays for the next reader.
  const file = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(file));
  writeSync(file, 'go\n');
}

const commitWork = 'git add --all && git commit --quiet --message "Work of $AGENT_ID"';

describe.skipIf(!sandbox.ok)(title, () => {
  test('outlives its orchestrator: the same five agents finish, and each was started once', async () => {
    await using world = await sandboxedWorld({
      issue: ['One', 'Two', 'Three', 'Four', 'Five'],
      files: () => ({
        '.gitignore': 'gate\n',
        'agent.sh': `echo "$AGENT_ID" >>starts.txt
mkfifo gate
echo "$AGENT_ID is at its gate"
read -r _ <gate
${commitWork}
`,
      }),
    });
    const args = [
      ...['orchestrate', '../issue.md', '--force', '--agent', 'command:sh agent.sh', '--json'],
      ...['--max-workers', '5'],
    ];
    const first = world.start(...args);
    const tasks = [1, 2, 3, 4, 5];
    for (const task of tasks) await first.printed(`agent-${task} is at its gate`);
    first.signal('SIGKILL');
    expect((await first.ended).code).toBeNull();
    const paths = [...first.soFar().matchAll(/"type":"workspace-intended".*?"path":"([^"]+)"/gu)];
    expect(paths).toHaveLength(5);

    const second = world.start(...args);
    for (const task of tasks) await second.printed(`"type":"attempt-adopted","task":${task}`);
    for (const [, path = ''] of paths) release(join(path, 'gate'));
    const ended = await second.ended;
    expect(ended.code, ended.stderr).toBe(0);
    const found = ended
      .events()
      .flatMap((event) => (event.type === 'attempt-adopted' ? [event.found] : []));
    expect(found).toEqual(tasks.map(() => 'alive'));
    const status = await readStatus(world);
    for (const task of tasks)
      expect(world.git('show', `${refOf(status, task)}:starts.txt`)).toBe(`agent-${task}\n`);
  });

  test('keeps its agents from the keys and the repository of the user, and its setup and checks as well', async () => {
    await using world = await sandboxedWorld({
      issue: ['Look round'],
      files: ({ home, repository }) => ({
        // Prints what it could do that it must not; whether its writing got anywhere, only the world outside can tell.
        'look-round.sh': `
cat '${home}/.ssh/id_ed25519' 2>/dev/null && echo "read the key"
cat ~/.ssh/id_ed25519 2>/dev/null && echo "read the key at HOME"
echo bad >'${repository}/README.md'
git -C '${repository}' update-ref refs/heads/bad HEAD && echo "wrote a branch of the repository"
touch '${home}/bad'
echo "looked round"
`,
        'agent.sh': `sh look-round.sh >agent.txt 2>/dev/null\n${commitWork}\n`,
        'check.sh': `seen=$(sh look-round.sh 2>/dev/null); echo "$seen"; test "$seen" = "looked round"\n`,
      }),
    });
    mkdirSync(join(world.home, '.ssh'));
    writeFileSync(join(world.home, '.ssh', 'id_ed25519'), 'a secret key\n');
    const commands = ['--setup', 'sh check.sh', '--check', 'sh check.sh'];
    const agent = 'command:sh agent.sh';
    const run = ['orchestrate', '../issue.md', '--force', '--agent', agent, '--plain', ...commands];
    const ended = await world.flotilla(...run);
    expect(ended.code, ended.stdout).toBe(0);
    const status = await readStatus(world);
    expect(world.git('show', `${refOf(status, 1)}:agent.txt`)).toBe('looked round\n');
    expect(world.git('status', '--porcelain')).toBe('');
    expect(world.git('branch', '--list', 'bad')).toBe('');
    expect(existsSync(join(world.home, 'bad'))).toBe(false);
    // The same check sees all of it outside: it is the sandbox that hides it.
    expect(() =>
      execFileSync('sh', ['check.sh'], { cwd: world.repository, env: world.env }),
    ).toThrow('Command failed: sh check.sh');
  });

  test('is what the demo does where there is a sandbox', async () => {
    await using world = await makeWorld({
      env: { FLOTILLA_SANDBOX: 'on', REHEARSAL_PACE: '0' },
    });
    const ended = await world.flotilla('demo', '--dir', join(world.root, 'demo'), '--plain');
    expect(ended.code, ended.stdout).toBe(0);
    expect(ended.stdout).toContain('All agents succeeded');
  });

  test('asks from inside: it writes questions, reads its answer, and can forge none', async () => {
    await using world = await sandboxedWorld({
      issue: ['Choose a colour'],
      files: () => ({
        'agent.sh': `box=\${FLOTILLA_ASK%/*}
echo 0 >"$box/answers/forged" 2>/dev/null && echo forged >harm.txt
echo x >>"$FLOTILLA_ASK" 2>/dev/null && echo changed >>harm.txt
ls "$box/.." >around.txt
"$FLOTILLA_ASK" "Which colour?" >colour.txt &
until put=$(ls "$box/questions" 2>/dev/null | grep .); do sleep 0.1; done
printf '0\\nforged\\n' >"$box/answers/$put" 2>/dev/null && echo forged >>harm.txt
printf '0\\nforged\\n' >"$box/answers/closed" 2>/dev/null && echo forged >>harm.txt
wait
rm -r "$box/questions" "$box/answers" 2>/dev/null
[ -d "$box/questions" ] && [ -s "$box/answers/$put" ] || echo gone >>harm.txt
${commitWork}
`,
      }),
    });
    const running = world.start(
      ...['orchestrate', '../issue.md', '--force', '--plain', '--check', 'true'],
      ...['--agent', 'command:sh agent.sh'],
    );
    await running.printed('? asks (question 1)');
    const answered = await world.flotilla('answer', 'local#1', '1', 'dark green');
    expect(answered.code, answered.stderr).toBe(0);
    const ended = await running.ended;
    expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
    const branch = refOf(await readStatus(world), 1);
    expect(world.git('show', `${branch}:colour.txt`)).toBe('dark green\n');
    expect(world.git('show', `${branch}:around.txt`)).toBe('mailbox\n');
    expect(world.git('ls-tree', '--name-only', branch)).not.toContain('harm.txt');
  }, 120_000);
});
