import { forgeOperations, type ForgeOperation } from './forge-operations.ts';
import type { Forge } from './forge.ts';

/** What an operation is given. */
export type ParamsOf<Operation extends ForgeOperation> = Parameters<Forge[Operation]>;

type Answers = { readonly [Operation in ForgeOperation]: Awaited<ReturnType<Forge[Operation]>> };

/** What an operation brings. */
export type AnswerOf<Operation extends ForgeOperation> = Answers[Operation];

/** Stands around each operation: asks the forge by `call`, with this order or another, as often as it likes. */
export type Around = <Operation extends ForgeOperation>(
  operation: Operation,
  call: (...params: ParamsOf<Operation>) => Promise<AnswerOf<Operation>>,
  params: ParamsOf<Operation>,
) => Promise<AnswerOf<Operation>>;

/** The same forge with something around all of its operations: the one place where a forge is wrapped. */
export function wrapForge(forge: Forge, { around }: { readonly around: Around }): Forge {
  const { can, repository, secrets } = forge;
  const names = Object.keys(forgeOperations) as ForgeOperation[];
  const operations = names.map((name) => [name, wrapOperation(forge, name, around)] as const);
  return {
    ...{ can, repository, secrets },
    requireRight: () => forge.requireRight(),
    openProgress: (issue, text) => forge.openProgress(issue, text),
    usage: () => forge.usage(),
    ...(Object.fromEntries(operations) as Pick<Forge, ForgeOperation>),
  };
}

function wrapOperation<Operation extends ForgeOperation>(
  forge: Forge,
  operation: Operation,
  around: Around,
): (...params: ParamsOf<Operation>) => Promise<AnswerOf<Operation>> {
  // The compiler does not see that an operation takes its order and gives its answer.
  type Operations = Record<
    Operation,
    (...params: ParamsOf<Operation>) => Promise<AnswerOf<Operation>>
  >;
  const operations = forge as unknown as Operations;
  return (...params) => around(operation, (...asked) => operations[operation](...asked), params);
}
