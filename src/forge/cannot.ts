/** The member of a forge that has no such ability: it must not be asked. Throws. */
export function cannot(ability: string): () => never {
  return () => {
    throw new Error(`This forge has no ${ability}: ask forge.can first`);
  };
}
