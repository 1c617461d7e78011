/**
 * Loaded before the program (`node --import`): its wall clock jumps eight hours ahead at the first heartbeat of an agent, as after a machine's sleep or a correction of the time.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { shiftDate } from './shift-date.ts';

const hours = 8;
let aheadMs = 0;

shiftDate(() => aheadMs);

// oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` below
const prepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function prepareAndWatch(
  this: DatabaseSync,
  sql: string,
): StatementSync {
  const statement = prepare.call(this, sql);
  if (!sql.startsWith('INSERT INTO events')) return statement;
  const run = statement.run.bind(statement) as (...values: SQLInputValue[]) => unknown;
  const runAndJump = (...values: SQLInputValue[]): unknown => {
    if (values.includes('heartbeat')) aheadMs = hours * 3_600_000;
    return run(...values);
  };
  return Object.assign(statement, { run: runAndJump });
};
