import type { Failure, FailureDiagnosis, FailureType } from '../model/failure/failure.ts';
import { readFailure, type SetupOutput } from './read-failure.ts';

/**
 * What a failure is: as it was recorded or, where an old journal has no such thing, read now from what its event holds.
 * Nothing else decides between the two.
 */
export function diagnosisOf(failure: Failure, setup: SetupOutput | null = null): FailureDiagnosis {
  return failure.diagnosis ?? readFailure(failure, setup);
}

/** The guide's type of a failure. */
export function failureType(failure: Failure): FailureType {
  return diagnosisOf(failure).type;
}
