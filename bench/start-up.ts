/**
 * How long short commands take, as a ratio to Node doing nothing, in turns.
 *
 *   npm run bench:start -- --rounds 25
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeBenchUser } from './bench-user.ts';
import { markdownTable, median, spread } from './figures.ts';
import { buildPackageCopy } from './package-copy.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '25' } } });
const commands: readonly { readonly words: readonly string[]; readonly aim: string }[] = [
  { words: ['--help'], aim: '1.3' },
  { words: ['--version'], aim: '1.3' },
  { words: ['status'], aim: '1.6' },
  { words: ['orchestrate', '../issue.md', '--dry-run'], aim: '' },
];

const folder = mkdtempSync(join(tmpdir(), 'flotilla-start-'));
try {
  const program = buildPackageCopy(join(folder, 'package'));
  const user = makeBenchUser({ root: join(folder, 'user'), tasks: ['One thing', 'Another'] });
  const run = (...args: readonly string[]): number => {
    const begun = performance.now();
    execFileSync(process.execPath, args, { cwd: user.repository, env: user.env, stdio: 'pipe' });
    return performance.now() - begun;
  };
  const agent = 'command:echo done >"$AGENT_ID.txt"';
  run(program, 'orchestrate', '../issue.md', '--plain', '--agent', agent);
  const floors: number[] = [];
  const ratios = commands.map((): number[] => []);
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const [index, { words }] of commands.entries()) {
      // The floor before and after, so that a machine that is busy meanwhile is so for both.
      const before = run('-e', '0');
      const mine = run(program, ...words);
      const floor = (before + run('-e', '0')) / 2;
      // The first round only warms the disk's cache.
      if (round === 0) continue;
      floors.push(floor);
      ratios[index]?.push(mine / floor);
    }
  }
  console.log(
    markdownTable([
      ['command', 'aim', 'ratio to `node -e 0`: median (least–most)'],
      ...commands.map(({ words, aim }, index) => [
        `\`flotilla ${words.join(' ')}\``,
        aim === '' ? '' : `≤ ${aim}`,
        spread(ratios[index] ?? []),
      ]),
    ]),
  );
  console.log(`node -e 0 takes ${Math.round(median(floors))} ms here.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
