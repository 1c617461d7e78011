/**
 * Foresees in a process of its own which files tasks will touch: `foresee-program.ts DIRECTORY`, the order in JSON on
 * standard input, the foresight in JSON on standard output. Ends when its caller has gone.
 */
import { text } from 'node:stream/consumers';
import { gitAt } from '../../git/git.ts';
import { hideExperimentalWarnings } from '../../process/experimental-warnings.ts';
import { foresee, type ForesightParams } from './foresight.ts';

hideExperimentalWarnings();
const [directory = '.'] = process.argv.slice(2);
const asker = process.ppid;
setInterval(() => {
  if (process.ppid !== asker) process.exit(1);
}, 500).unref();

const params = JSON.parse(await text(process.stdin)) as ForesightParams;
const foresight = await foresee(gitAt(directory, process.env), params);
process.stdout.write(JSON.stringify(foresight));
