const products = [
  { sku: 'rope-10m', name: 'Rope, 10 m', price: 1450 },
  { sku: 'lantern', name: 'Storm lantern', price: 3995 },
  { sku: 'compass', name: 'Compass', price: 6200 },
  { sku: 'chart-north', name: 'Chart "North & Baltic"', price: 2175 },
];

/** Every product, in the order in which the shop shows them. Prices are whole cents. */
export function listProducts() {
  return products.map((product) => ({ ...product }));
}

/** The product with this SKU, or `undefined` when the shop has none. */
export function findProduct(sku) {
  return listProducts().find((product) => product.sku === sku);
}
