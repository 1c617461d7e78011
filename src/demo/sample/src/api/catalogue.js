import { findProduct, listProducts } from '../catalogue.js';

/** Adds the routes that read the catalogue. */
export function addCatalogueRoutes(router) {
  router.add('GET', '/products', () => ({ status: 200, body: listProducts() }));
  router.add('GET', '/products/:sku', ({ params }) => {
    const product = findProduct(params.sku);
    if (!product) return { status: 404, body: { error: `No product ${params.sku}` } };
    return { status: 200, body: product };
  });
}
