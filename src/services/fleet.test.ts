import { describe, expect, test } from 'vitest';
import type { Failure } from '../model/failure/failure.ts';
import type { AttemptState } from '../model/state/task-state.ts';
import { memberFor, membersOf, type Fleet, type FleetMember } from './fleet.ts';

function member(name: string): FleetMember {
  return {
    agent: { name } as FleetMember['agent'],
    program: { path: `/bin/${name}` },
    variables: {},
    model: null,
  };
}

const [claude, codex, gemini] = ['claude', 'codex', 'gemini'].map(member) as [
  FleetMember,
  FleetMember,
  FleetMember,
];
const fleet: Fleet = { first: claude, own: new Map([[2, gemini]]), fallbacks: [codex] };

type Ended = readonly [agent: string, reason: Failure['reason'] | null];

function attempts(ended: readonly Ended[]): AttemptState[] {
  return ended.map(([agent, reason], at) => {
    const failure = reason === null ? null : { reason, message: '' };
    return { attempt: at + 1, agent, failure } as AttemptState;
  });
}

function chosen(ordinal: number, ...ended: readonly Ended[]): string {
  return memberFor(fleet, ordinal, attempts(ended)).agent.name;
}

describe('a fleet', () => {
  test('gives a task its own agent, or else the first', () => {
    expect([chosen(1), chosen(2)]).toEqual(['claude', 'gemini']);
    expect(chosen(1, ['claude', null], ['claude', 'agent-failed'])).toBe('claude');
  });

  test('turns to another agent when one is limited, or has failed twice', () => {
    expect(chosen(1, ['claude', 'provider-limited'])).toBe('codex');
    expect(chosen(2, ['gemini', 'stalled'], ['gemini', 'agent-failed'])).toBe('codex');
  });

  test('begins with the task’s own agent again when nobody is left', () => {
    const both = [
      ['claude', 'provider-limited'],
      ['codex', 'provider-limited'],
    ] as const;
    expect(chosen(1, ...both)).toBe('claude');
  });

  test('knows each of its members once', () => {
    expect(membersOf({ ...fleet, first: codex })).toEqual([codex, gemini]);
  });
});
