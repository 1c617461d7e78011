import { records } from '../../git/git.ts';
import { runCommand } from '../../process/run-command.ts';

/**
 * What of the user's git configuration changes the content of commits, or is only taste. Everything else stays outside:
 * URLs and headers may carry tokens, and helpers run programs.
 */
const harmless =
  /^(?:core\.(?:autocrlf|eol|safecrlf|ignorecase|precomposeunicode|quotepath|whitespace|excludesfile|attributesfile|symlinks|filemode)|user\.(?:name|email)|init\.defaultbranch|safe\.directory|filter\.lfs\.(?:clean|smudge|process|required)|(?:pull|rebase|merge|diff|commit|color|column|log|status|branch|rerere|i18n)\.[\w-]+)$/u;
const runsPrograms =
  /^(?:diff\.external|diff\.tool|merge\.tool|merge\.guitool|commit\.template|commit\.gpgsign)$/u;

/** The part of the user's own git configuration that a sandbox may see, as the text of a configuration file. */
export async function visibleGitConfiguration(env: NodeJS.ProcessEnv): Promise<string> {
  const { end, stdout } = await runCommand({
    argv: ['git', 'config', '--list', '--show-scope', '-z'],
    cwd: '/',
    env,
  });
  return end.kind === 'exited' && end.code === 0 ? visibleLines(records(stdout)).join('\n') : '';
}

/** Records alternate: a scope, then a name and its value with a line break between them. */
function visibleLines(parts: readonly string[]): string[] {
  return parts.flatMap((entry, index) => {
    if (index % 2 === 0 || parts[index - 1] !== 'global') return [];
    const end = entry.indexOf('\n');
    const name = end === -1 ? entry : entry.slice(0, end);
    if (!harmless.test(name) || runsPrograms.test(name)) return [];
    const value = end === -1 ? 'true' : entry.slice(end + 1);
    return [lineOf(name, value)];
  });
}

function lineOf(name: string, value: string): string {
  const [section = '', ...rest] = name.split('.');
  const key = rest.at(-1) ?? '';
  const sub = rest.slice(0, -1).join('.');
  const heading = sub === '' ? `[${section}]` : `[${section} ${JSON.stringify(sub)}]`;
  // JSON's escapes for quotes, backslashes, line breaks and tabs are git's too; other control characters git refuses.
  return `${heading}\n\t${key} = ${JSON.stringify(value)}\n`;
}
