/** How much is read of a file: what it imports; or its names and words as well. */
export type Depth = 'imports' | 'words';
