import type { ToolUse } from './tool-use.ts';

/** What an agent's stream reports, in words that all agents share. */
export type StreamEvent =
  | {
      readonly kind: 'opened';
      readonly session: string;
      readonly model: string | null;
      /** Where it works; null when it does not say. */
      readonly directory: string | null;
    }
  | { readonly kind: 'text'; readonly text: string }
  /** A part of a message: more of it may follow. */
  | { readonly kind: 'piece'; readonly text: string }
  | { readonly kind: 'tool'; readonly tool: ToolUse }
  /** Nobody allowed it. Agents continue, and end with success anyway. */
  | { readonly kind: 'refused'; readonly tool: ToolUse; readonly why: string }
  | { readonly kind: 'retrying'; readonly why: string }
  | {
      readonly kind: 'usage';
      readonly over: 'session' | 'attempt';
      readonly costUsd: number | null;
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
    }
  /** It reports that it failed, no matter what its exit code says. */
  | { readonly kind: 'failed'; readonly problem: Problem }
  /** It reports that it succeeded. */
  | { readonly kind: 'finished' };

/** Why an agent gave up, as far as it says so. */
export type Problem = {
  /** The status of the provider's last answer. */
  readonly status: number | null;
  readonly message: string;
  /** The cause that it names itself; null when only status and message indicate it. */
  readonly cause: 'limit' | 'authentication' | 'cost' | 'turns' | null;
};

/** Reads the lines of one attempt, one after another. What is torn or unknown says nothing. */
export type LineParser = (line: string) => readonly StreamEvent[];
