'use strict';

/** Starts the program. It stands apart, since old Nodes, which read `flotilla.js`, cannot read this. */
module.exports = (file) => import(require('node:url').pathToFileURL(file).href);
