/** What a command of ours printed, and how it ended. */
export type CommandEnd = {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
};

/** A command that works in a process of its own, and goes on when the page is closed. */
export type CommandApart = {
  /** Resolves with the run that it works on, once that has begun; with null when it ended without one. */
  readonly run: Promise<string | null>;
  readonly ended: Promise<CommandEnd>;
};

/**
 * The program's commands, as the server of the page can call them: what an action of the page does is what the command
 * does, with the same checks and the same words.
 */
export type PageCommands = {
  /** Runs a command to its end, with nobody to ask. */
  readonly run: (args: readonly string[], directory: string) => Promise<CommandEnd>;
  readonly start: (args: readonly string[], directory: string) => CommandApart;
  /** Runs a command to its end in a process of its own, which the signal ends: what it takes is given back with it. */
  readonly runApart: (
    args: readonly string[],
    directory: string,
    signal: AbortSignal,
  ) => Promise<CommandEnd>;
};
