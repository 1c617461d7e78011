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

/** One setting of the user's that a sandbox may see. */
type GitSetting = { readonly name: string; readonly value: string };

/** The part of the user's own git configuration that a sandbox may see, as the text of a configuration file. */
export async function visibleGitConfiguration(env: NodeJS.ProcessEnv): Promise<string> {
  return (await readVisible(env)).map(lineOf).join('\n');
}

/** The same as the variables by which git takes settings; what `env` gives in this way is in it, too, and `more`. */
export async function visibleGitSettings(
  env: NodeJS.ProcessEnv,
  more: readonly GitSetting[] = [],
): Promise<Record<string, string>> {
  const pairs = [...(await readVisible(env)), ...more].flatMap(({ name, value }, at) => [
    [`GIT_CONFIG_KEY_${at}`, name],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(pairs.length / 2) };
}

async function readVisible(env: NodeJS.ProcessEnv): Promise<GitSetting[]> {
  const { end, stdout } = await runCommand({
    argv: ['git', 'config', '--list', '--show-scope', '-z'],
    cwd: '/',
    env,
  });
  return end.kind === 'exited' && end.code === 0 ? visibleSettings(records(stdout)) : [];
}

/** Records alternate: a scope, then a name and its value with a line break between them. */
function visibleSettings(parts: readonly string[]): GitSetting[] {
  return parts.flatMap((entry, index) => {
    if (index % 2 === 0 || parts[index - 1] !== 'global') return [];
    const end = entry.indexOf('\n');
    const name = end === -1 ? entry : entry.slice(0, end);
    if (!harmless.test(name) || runsPrograms.test(name)) return [];
    return [{ name, value: end === -1 ? 'true' : entry.slice(end + 1) }];
  });
}

function lineOf({ name, value }: GitSetting): string {
  const [section = '', ...rest] = name.split('.');
  const key = rest.at(-1) ?? '';
  const sub = rest.slice(0, -1).join('.');
  const heading = sub === '' ? `[${section}]` : `[${section} ${JSON.stringify(sub)}]`;
  // JSON's escapes for quotes, backslashes, line breaks and tabs are git's too; other control characters git refuses.
  return `${heading}\n\t${key} = ${JSON.stringify(value)}\n`;
}
