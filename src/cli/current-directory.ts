import { exitCodes } from '../model/state/run-status.ts';

/** The user's current directory. One that was deleted (a workspace that was cleaned up, for example) is reported. */
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
