/**
 * How long the commands that show many runs take, as whole processes, over a journal of thousands of runs: the first look
 * ever, later ones, and later ones while a run goes on; in turns with Node doing nothing.
 *
 *   npm run bench:history -- --runs 3000 --rounds 9
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openJournal } from '../src/journal/sqlite-journal.ts';
import { foldRun } from '../src/model/state/fold-run.ts';
import { identifySelf } from '../src/process/identity.ts';
import { fillJournal } from '../test/rig/fill-journal.ts';
import { markdownTable, median, spread } from './figures.ts';
import { recordRuns } from './history/recorded-runs.ts';
import { buildPackageCopy } from './package-copy.ts';
import { startWatched } from './watched-process.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '9' },
  },
});
const commands = [['list'], ['runs'], ['metrics']] as const;

type Look = { readonly seconds: number; readonly ratio: number; readonly peakMb: number };

const folder = mkdtempSync(join(tmpdir(), 'flotilla-history-'));
try {
  const program = buildPackageCopy(join(folder, 'package'));
  const user = recordRuns(join(folder, 'user'), program);
  const home = join(user.stateHome, 'flotilla');
  const [name = ''] = readdirSync(home).filter((entry) => entry.startsWith('repository-'));
  const state = join(home, name);
  const events = fillJournal(join(state, 'journal.sqlite'), Number(values.runs));
  const watch = (...args: readonly string[]) =>
    startWatched({ args, cwd: user.repository, env: user.env }).ended;

  /** Looks once, with the floor before and after: a machine that is busy meanwhile is so for both. */
  const look = async (words: readonly string[]): Promise<Look> => {
    const before = await watch('-e', '0');
    const mine = await watch(program, ...words);
    if (mine.code !== 0)
      throw new Error(`${words.join(' ')} ended with ${mine.code}: ${mine.output}`);
    const floor = (before.seconds + (await watch('-e', '0')).seconds) / 2;
    return { seconds: mine.seconds, ratio: mine.seconds / floor, peakMb: mine.usage.peakMb };
  };
  const lookAtEach = async (prepare: () => void): Promise<Look[][]> => {
    const looks = commands.map((): Look[] => []);
    for (let round = 0; round < Number(values.rounds); round += 1)
      for (const [index, words] of commands.entries()) {
        prepare();
        looks[index]?.push(await look(words));
      }
    return looks;
  };

  // Once, so that the disk's cache is warm for all.
  for (const words of commands) await look(words);
  const first = await lookAtEach(() =>
    rmSync(join(state, 'history'), { recursive: true, force: true }),
  );
  for (const words of commands) await look(words);
  const later = await lookAtEach(() => undefined);
  const journal = openJournal(join(state, 'journal.sqlite'), () => new Date());
  const active = journal.runs()[0]?.run ?? '';
  const resumed = foldRun(journal.read(active, 0));
  if (resumed === null) throw new Error('There is no run to resume');
  const { base, settings, only } = resumed;
  const orchestrator = await identifySelf();
  journal.append(active, { type: 'run-resumed', base, settings, only, orchestrator });
  const meanwhile = await lookAtEach(() => {
    const seen = { attempt: 1, outputBytes: 1, cpuSeconds: null, silentSeconds: 0 };
    journal.append(active, { type: 'heartbeat', task: 1, ...seen });
  });
  journal.close();

  const rows = [
    ...[['first look', first] as const, ['later', later] as const],
    ['later, while a run goes on', meanwhile] as const,
  ].flatMap(([when, looks]) =>
    commands.map((words, index) => {
      const all = looks[index] ?? [];
      return [
        ...[`\`flotilla ${words.join(' ')}\``, when],
        `${median(all.map(({ seconds }) => seconds)).toFixed(2)} s`,
        spread(
          all.map(({ ratio }) => ratio),
          1,
        ),
        `${Math.round(Math.max(...all.map(({ peakMb }) => peakMb)))} MB`,
      ];
    }),
  );
  const head = ['command', 'when', 'median', 'ratio to `node -e 0`: median (least–most)', 'peak'];
  console.log(markdownTable([head, ...rows]));
  console.log(`${values.runs} runs, ${events} events.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
