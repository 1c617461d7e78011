import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A user with a home, a repository with one commit and an issue, all below one directory. */
export type BenchUser = {
  readonly root: string;
  readonly repository: string;
  readonly stateHome: string;
  readonly temporary: string;
  /** Where agents write down what they did. */
  readonly rig: string;
  readonly env: NodeJS.ProcessEnv;
  /** Git as the user calls it, in the repository; gives what it printed. */
  readonly git: (...args: readonly string[]) => string;
};

export type BenchUserParams = {
  /** Must not exist yet. */
  readonly root: string;
  /** The titles of the tasks. */
  readonly tasks: readonly string[];
  /** Committed files besides the README. */
  readonly files?: Readonly<Record<string, string>>;
};

/** Makes a user. Nothing of the person who runs the benchmark gets in except the path to programs. */
export function makeBenchUser({ root, tasks, files = {} }: BenchUserParams): BenchUser {
  const place = (name: string): string => join(root, name);
  const [repository, home, temporary, rig] = [
    place('repository'),
    place('home'),
    place('tmp'),
    place('rig'),
  ];
  for (const path of [repository, home, temporary, rig]) mkdirSync(path, { recursive: true });
  const env = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: home,
    XDG_STATE_HOME: place('state'),
    TMPDIR: temporary,
    FLOTILLA_SANDBOX: 'off',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: repository, env, encoding: 'utf8' }).trim();
  const identity = '[user]\n\tname = Una User\n\temail = una@example.invalid\n';
  writeFileSync(join(home, '.gitconfig'), identity);
  git('init', '--quiet', '--initial-branch=main');
  for (const [path, text] of Object.entries({ 'README.md': '# Sample\n', ...files })) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  const list = tasks.map((title) => `- [ ] ${title}\n`).join('');
  writeFileSync(place('issue.md'), `# Make it better\n\n## Sub-Tasks\n\n${list}`);
  return { root, repository, stateHome: place('state'), temporary, rig, env, git };
}
