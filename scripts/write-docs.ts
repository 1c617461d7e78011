/** Writes the tables of pages that are made from the source. A test fails while they are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pagesWithTables, withTables } from './option-tables.ts';

for (const [path, names] of Object.entries(pagesWithTables)) {
  const page = new URL(`../${path}`, import.meta.url);
  writeFileSync(page, withTables(readFileSync(page, 'utf8'), names));
}
