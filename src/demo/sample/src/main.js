import { listProducts } from './catalogue.js';
import { renderCatalogue } from './ui/catalogue.js';

console.log(renderCatalogue(listProducts()));
