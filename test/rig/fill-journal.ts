import { DatabaseSync } from 'node:sqlite';
import { checksumOf } from '../../src/journal/event-row.ts';

type Recorded = {
  readonly run: string;
  readonly at: string;
  readonly type: string;
  readonly body: string;
};

const hourMs = 3_600_000;
const timeOf = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/gu;

/**
 * Repeats the runs of a journal until it has so many, an hour apart and each of an issue of its own, the recorded ones
 * last. Gives the number of its events.
 */
export function fillJournal(file: string, runs: number): number {
  const database = new DatabaseSync(file);
  const recorded = database.prepare('SELECT run, at, type, body FROM events ORDER BY seq');
  const templates = [...Map.groupBy(recorded.all() as Recorded[], ({ run }) => run).values()];
  const insert = database.prepare(
    'INSERT INTO events (run, at, type, body, previous, checksum) VALUES (?, ?, ?, ?, ?, ?)',
  );
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  for (let copy = templates.length; copy < runs; copy += 1) {
    const template = templates[copy % templates.length] ?? [];
    let previous = 0;
    for (const event of template.map((one) => moved(one, copy))) {
      const { run, at, type, body } = event;
      const sum = checksumOf(event);
      previous = Number(insert.run(run, at, type, body, previous, sum).lastInsertRowid);
    }
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  const count = database.prepare('SELECT count(*) AS count FROM events').get();
  database.close();
  return Number(count?.['count']);
}

/** The same event in another run: its times, its run's name and its issue's number are others. */
function moved({ run, at, type, body }: Recorded, copy: number): Recorded {
  const earlier = (time: string): string =>
    new Date(Date.parse(time) - copy * hourMs).toISOString();
  const number = 100_000 + copy;
  const other = run.replace(/^orch-local-\d+/u, `orch-local-${number}`);
  const renamed = body
    .replaceAll(run, other)
    .replace(
      /"issue":\{"forge":"local","number":\d+\}/u,
      `"issue":{"forge":"local","number":${number}}`,
    );
  return { run: other, at: earlier(at), type, body: renamed.replaceAll(timeOf, earlier) };
}
