import type { MergeMethod } from '../git/combine-commits.ts';
import type { TrainPolicy } from '../model/merge/train-car.ts';

/** The options of `merge`, as commander hands them over. */
export type MergeOptions = {
  readonly method?: MergeMethod | undefined;
  readonly merge?: TrainPolicy | undefined;
  readonly resolve?: boolean | undefined;
  readonly acceptCheckChanges?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly trust?: boolean | undefined;
  readonly takeOver?: boolean | undefined;
};

/** The flags of a `merge`, as words for a shell, to ask for the same again. */
export function mergeFlags(options: MergeOptions): readonly string[] {
  const { method, merge: policy, resolve, acceptCheckChanges } = options;
  return [
    ...(method === undefined ? [] : ['--method', method]),
    ...(policy === undefined ? [] : ['--merge', policy]),
    ...(resolve === false ? ['--no-resolve'] : []),
    ...(acceptCheckChanges ? ['--accept-check-changes'] : []),
  ];
}
