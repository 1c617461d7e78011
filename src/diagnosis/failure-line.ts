import type { Failure } from '../model/failure/failure.ts';
import { failureType } from './diagnosis-of.ts';

/** A failure in one line: `TYPE: message`. */
export function failureLine(failure: Failure): string {
  return `${failureLabel(failure)}: ${failure.message}`;
}

/** The type of a failure; or, when that says nothing, its reason. */
function failureLabel(failure: Failure): string {
  const type = failureType(failure);
  return type === 'UNKNOWN' ? failure.reason : type;
}
