import { findProduct } from '../catalogue.js';

/** Adds the routes of the carts, which live in `carts`: a map from an id to a cart. */
export function addCartRoutes(router, carts = new Map()) {
  const read = (id) => carts.get(id) ?? { items: [] };
  const save = (id, cart) => {
    carts.set(id, cart);
    return { status: 200, body: cart };
  };

  router.add('GET', '/carts/:id', ({ params }) => ({ status: 200, body: read(params.id) }));
  router.add('POST', '/carts/:id/items', ({ params, body }) => {
    const { sku, quantity = 1 } = body ?? {};
    if (!findProduct(sku)) return failure(404, `No product ${sku}`);
    if (!Number.isInteger(quantity) || quantity < 1) return failure(400, 'Not a quantity');
    return save(params.id, withItem(read(params.id), sku, quantity));
  });
  router.add('DELETE', '/carts/:id/items/:sku', ({ params }) =>
    save(params.id, { items: read(params.id).items.filter(({ sku }) => sku !== params.sku) }),
  );
}

function withItem(cart, sku, quantity) {
  return { items: [...cart.items, { sku, quantity }] };
}

function failure(status, error) {
  return { status, body: { error } };
}
