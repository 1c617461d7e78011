import { exitCodes } from '../model/run-status.ts';

/** Where the user stands. In a directory that is gone (a workspace that was cleaned away, say) there is nothing to do. */
export function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    process.stderr.write(
      'The current directory was deleted. Go to your repository, and start again there.\n',
    );
    process.exit(exitCodes.other);
  }
}
