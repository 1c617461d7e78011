/** Loaded before the program (`node --import`): on this machine other programs hold all the watches of files that there are. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

fs.watch = () => {
  const message = 'ENOSPC: System limit for number of file watchers reached, watch';
  throw Object.assign(new Error(message), { code: 'ENOSPC', errno: -28, syscall: 'watch' });
};
syncBuiltinESMExports();
