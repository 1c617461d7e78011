/** Words one after another as people list them: `1, 2 and 3`. Nothing for none. */
export function listed(values: readonly (number | string)[]): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? String(last) : `${values.slice(0, -1).join(', ')} and ${last}`;
}
