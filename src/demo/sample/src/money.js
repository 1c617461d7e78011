const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** Whole cents as people read them: `1450` is `€14.50`. */
export function formatMoney(cents) {
  if (!Number.isInteger(cents)) throw new RangeError(`Not whole cents: ${cents}`);
  return euros.format(cents / 100);
}
