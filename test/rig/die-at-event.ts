/**
 * Loaded before the program (`node --import`): ends it with SIGKILL right after it wrote its Nth event to the journal,
 * at exactly that instant, with nothing in the program knowing of it. Or instead of writing its Nth event of one type,
 * so that an effect is there and nobody wrote down that it is; or right after it wrote one of a type.
 */
import {
  DatabaseSync,
  type SQLInputValue,
  type StatementResultingChanges,
  type StatementSync,
} from 'node:sqlite';

const dieAt = Number(process.env['DIE_AT_EVENT']);
const [deadlyType = '', deadlyCount = '1'] = (process.env['DIE_BEFORE_EVENT'] ?? '').split(' ');
const fatalType = process.env['DIE_AFTER_EVENT'] ?? '';
let [written, deadly] = [0, 0];

// oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` below
const prepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function prepareAndCount(
  this: DatabaseSync,
  sql: string,
): StatementSync {
  const statement = prepare.call(this, sql);
  if (!sql.startsWith('INSERT INTO events')) return statement;
  const run = statement.run.bind(statement) as (
    ...values: SQLInputValue[]
  ) => StatementResultingChanges;
  const runAndDie = (...values: SQLInputValue[]): StatementResultingChanges => {
    if (deadlyType !== '' && values.includes(deadlyType)) deadly += 1;
    if (deadly === Number(deadlyCount)) process.kill(process.pid, 'SIGKILL');
    const result = run(...values);
    written += 1;
    const isFatal = fatalType !== '' && values.includes(fatalType);
    if (written === dieAt || isFatal) process.kill(process.pid, 'SIGKILL');
    return result;
  };
  return Object.assign(statement, { run: runAndDie });
};
