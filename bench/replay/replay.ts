/**
 * What a run is worth on real histories: waves of six commits that followed one another are the tasks of an issue, and an
 * agent makes each commit's change after a while. The same waves go through several ways of bringing them together.
 *
 *   npm run bench:replay -- owner/name=/tmp/name.git … [--waves 2] [--tasks 6] [--seed 1] [--commits 1500]
 *     [--policies plain,never,auto,oracle] [--failures none|conflict|guide] [--at-once 6] [--minutes 60] [--json FILE] [--keep]
 *     [--pace 1] [--more=--flags-of-orchestrate]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gitAt } from '../../src/git/git.ts';
import { buildPackageCopy } from '../package-copy.ts';
import type { Failures } from './assignment.ts';
import { chooseWaves } from './choose-waves.ts';
import { policyNames, replayWave, type WaveResult } from './replay-wave.ts';
import { printTables } from './tables.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    waves: { type: 'string', default: '2' },
    tasks: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
    commits: { type: 'string', default: '1500' },
    policies: { type: 'string', default: policyNames.join(',') },
    failures: { type: 'string', default: 'none' },
    /** How many agents work at once in a run. */
    'at-once': { type: 'string', default: '6' },
    /** How many times as long agents take: what the program itself takes counts the less. */
    pace: { type: 'string', default: '1' },
    /** More flags for `never`, `auto` and `oracle`, with spaces between them. */
    more: { type: 'string', default: '' },
    /** No wave begins later. */
    minutes: { type: 'string', default: '60' },
    json: { type: 'string' },
    /** Keeps the folder of each run, with its events and logs. */
    keep: { type: 'boolean', default: false },
  },
});

const policies = policyNames.filter((name) => values.policies.split(',').includes(name));
const failures = (['conflict', 'none', 'guide'] as const).find((name) => name === values.failures);
if (positionals.length === 0 || policies.length === 0 || failures === undefined)
  throw new Error('Name histories as owner/name=/tmp/name.git, policies and failures as above');

const deadline = performance.now() + Number(values.minutes) * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'flotilla-replay-'));
const results: WaveResult[] = [];
const begun = performance.now();
try {
  const program = buildPackageCopy(join(folder, 'package'));
  for (const repository of positionals) await replayHistory(program, repository, failures);
} finally {
  const kept = results.flatMap(({ runs }) => runs.flatMap((run) => run.log ?? []));
  if (kept.length === 0) rmSync(folder, { recursive: true, force: true });
  else console.error(`Kept: ${kept.join(', ')}`);
}
printTables(results);
const minutes = ((performance.now() - begun) / 60_000).toFixed(0);
console.log(
  `\nSeed ${values.seed}, failures: ${failures}, ${values['at-once']} agents at once, pace ${values.pace}, ${minutes} minutes on ${cpus().length} cores.`,
);

async function replayHistory(
  program: string,
  repository: string,
  failing: Failures,
): Promise<void> {
  const [name = '', source = name] = repository.split('=');
  const [size, seed] = [Number(values.tasks), Number(values.seed)];
  const choice = { count: Number(values.waves), size, commits: Number(values.commits), seed };
  const waves = await chooseWaves(gitAt(source, process.env), choice);
  if (waves.length < choice.count) console.error(`${name}: only ${waves.length} waves fit`);
  for (const [at, wave] of waves.entries()) {
    if (performance.now() > deadline) {
      console.error(`${name}: ${waves.length - at} waves are left out, for the time is up`);
      return;
    }
    const place = join(folder, `${name.replaceAll(/[^\w.-]/gu, '-')}-${at + 1}`);
    mkdirSync(place);
    const params = {
      program,
      name,
      source,
      wave,
      policies,
      seed,
      failures: failing,
      pace: Number(values.pace),
      isKept: values.keep,
      more: values.more.split(' ').filter((flag) => flag !== ''),
    };
    results.push(await replayWave({ ...params, folder: place, atOnce: Number(values['at-once']) }));
    // After each wave: a benchmark that is stopped has told what it knows.
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, null, 1));
  }
}
