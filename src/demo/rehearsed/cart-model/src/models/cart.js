import { findProduct } from '../catalogue.js';

/** A cart with nothing in it. */
export function emptyCart() {
  return { items: [] };
}

/** The cart with this many more of a product. Throws a RangeError for what cannot be bought. */
export function addItem(cart, sku, quantity = 1) {
  if (!Number.isInteger(quantity) || quantity < 1) {
    throw new RangeError(`Not a quantity: ${quantity}`);
  }
  productOf(sku);
  if (!cart.items.some((item) => item.sku === sku)) {
    return { items: [...cart.items, { sku, quantity }] };
  }
  return {
    items: cart.items.map((item) =>
      item.sku === sku ? { sku, quantity: item.quantity + quantity } : item,
    ),
  };
}

/** The cart without a product; the same items when it had none of it. */
export function removeItem(cart, sku) {
  return { items: cart.items.filter((item) => item.sku !== sku) };
}

/** What the whole cart costs, in cents. */
export function cartTotal(cart) {
  return cart.items.reduce((sum, { sku, quantity }) => sum + productOf(sku).price * quantity, 0);
}

function productOf(sku) {
  const product = findProduct(sku);
  if (!product) throw new RangeError(`No product ${sku}`);
  return product;
}
