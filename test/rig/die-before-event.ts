/**
 * Loaded before the program (`node --import`): ends it with SIGKILL instead of writing its Nth event of a type, so that an
 * effect is there and nobody wrote down that it is.
 */
import {
  DatabaseSync,
  type SQLInputValue,
  type StatementResultingChanges,
  type StatementSync,
} from 'node:sqlite';

const type = process.env['DIE_BEFORE_EVENT'] ?? '';
const wanted = Number(process.env['DIE_BEFORE_COUNT'] ?? 1);
let seen = 0;

// oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` below
const prepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function prepareAndLook(
  this: DatabaseSync,
  sql: string,
): StatementSync {
  const statement = prepare.call(this, sql);
  if (!sql.startsWith('INSERT INTO events')) return statement;
  const run = statement.run.bind(statement) as (
    ...values: SQLInputValue[]
  ) => StatementResultingChanges;
  const dieOrRun = (...values: SQLInputValue[]): StatementResultingChanges => {
    if (values.includes(type)) {
      seen += 1;
      if (seen === wanted) process.kill(process.pid, 'SIGKILL');
    }
    return run(...values);
  };
  return Object.assign(statement, { run: dieOrRun });
};
