/** Writes the tables of `docs/cli.md` that are made from the source. A test fails while they are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './option-tables.ts';

const page = new URL('../docs/cli.md', import.meta.url);
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
