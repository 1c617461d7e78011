import type { Command } from '@commander-js/extra-typings';
import type { CommandContext } from '../command-context.ts';

/** Runs what a command does, and keeps its exit code. */
export type RunCommand = (command: Promise<number>) => Promise<void>;

/** Adds commands to the program. Each loads what it needs only when it is called. */
export type AddCommands = (program: Command, context: CommandContext, run: RunCommand) => void;
