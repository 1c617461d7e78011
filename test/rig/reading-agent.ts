import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.ts';

/** A stand-in for Claude Code that reads issues as the test says, and works on tasks by committing a file. */
export type ReadingAgent = {
  /** How often it was asked to read. */
  readonly readings: () => number;
  /** What the last reading was asked, and how: `prompt`, `argv`, `place`. */
  readonly seen: (what: 'prompt' | 'argv' | 'place') => string;
  /** Lets it answer otherwise from now on: what it says, or a script in place of that. */
  readonly answer: (reply: { readonly says: string } | { readonly script: string }) => void;
};

/** Puts it where Flotilla finds Claude Code. */
export function installReadingAgent(world: World, says: string): ReadingAgent {
  const rig = join(world.root, 'reading');
  const bin = join(world.home, '.local', 'bin');
  mkdirSync(rig);
  mkdirSync(bin, { recursive: true });
  const answer: ReadingAgent['answer'] = (reply) =>
    writeFileSync(join(rig, 'reply.sh'), 'says' in reply ? `cat ${rig}/stream\n` : reply.script);
  const stream = (text: string): void =>
    writeFileSync(
      join(rig, 'stream'),
      [
        { type: 'system', subtype: 'init', session_id: 'one', model: 'm', cwd: '/' },
        { type: 'assistant', message: { content: [{ type: 'text', text }] } },
        { type: 'result', subtype: 'success', result: text, total_cost_usd: 0.0312 },
      ]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
  stream(says);
  answer({ says });
  writeFileSync(
    join(bin, 'claude'),
    `#!/bin/sh
case " $* " in
*" --no-session-persistence "*)
  echo asked >>${rig}/readings
  cat >${rig}/prompt
  for word; do echo "[$word]"; done >${rig}/argv
  { pwd; ls -A; } >${rig}/place
  . ${rig}/reply.sh ;;
*)
  cat >/dev/null
  echo "$AGENT_ID" >"$AGENT_ID.txt"
  git add -A && git commit --quiet -m "Work of $AGENT_ID"
  echo '{"type":"result","subtype":"success","result":"Done."}' ;;
esac
`,
    { mode: 0o755 },
  );
  const read = (name: string): string =>
    existsSync(join(rig, name)) ? readFileSync(join(rig, name), 'utf8') : '';
  return {
    readings: () => read('readings').split('\n').length - 1,
    seen: read,
    answer: (reply) => {
      if ('says' in reply) stream(reply.says);
      answer(reply);
    },
  };
}
