import { expect, test } from 'vitest';
import { parseIssue } from '../../intake/parse-issue.ts';
import type { Plan } from '../../model/plan/plan.ts';
import type { Proposal, SecondReading } from '../../model/plan/second-reading.ts';
import { planIssue, type Evidence, type PlanOptions } from '../plan-issue.ts';

const files = new Set(['src/cart.js', 'src/shop.js', 'src/print.js']);

function plan(
  markdown: string,
  proposals: readonly Proposal[] | null,
  given: { readonly evidence?: Partial<Evidence>; readonly options?: PlanOptions } = {},
): Plan {
  const parsed = parseIssue(markdown);
  if (!parsed.ok) throw new Error(parsed.error.code);
  const reading: SecondReading | null =
    proposals === null
      ? null
      : { reader: 'claude', costUsd: 0.02, isCached: false, proposals, dropped: [] };
  return planIssue(parsed.value, { files, reading, ...given.evidence }, given.options);
}

function standings({ reading }: Plan): string[] {
  return (reading?.proposals ?? []).map(({ standing, why }) => `${standing} ${why}`.trim());
}

const five = `# A shop

- [ ] **Prices**: list them. Include tests.
- [ ] **Paying**: let people pay. Include tests.
- [ ] **Basket**: make it nicer. Include tests.
- [ ] **Printing**: print bills in \`src/print.js\`. Include tests.
- [ ] **Help**: write a page. It takes long. Include tests.
`;

const params: Proposal = { kind: 'order', task: 2, after: 1, words: 'let people pay' };

test('without a reading the plan is as it was, and an empty one changes nothing but what is shown', () => {
  const rules = plan(five, null);
  expect(rules).not.toHaveProperty('reading');
  const { reading, ...rest } = plan(five, []);
  expect(rest).toEqual(rules);
  expect(reading?.proposals).toEqual([]);
});

test('an order decides where the rules read none: a stack, and a finding that names the reader', () => {
  const read = plan(five, [params]);
  expect(plan(five, null).tasks[1]?.dependsOn).toEqual([]);
  expect(read.tasks[1]).toMatchObject({ dependsOn: [1], stackOn: 1 });
  expect(standings(read)).toEqual(['decides']);
  expect(read.findings).toContainEqual(
    expect.objectContaining({
      kind: 'dependency',
      severity: 'warning',
      message: expect.stringContaining('second reader (claude) understands “let people pay”'),
    }),
  );
});

test('an order of the rules wins over the reader’s, also over several steps', () => {
  const ordered = five
    .replace('let people pay.', 'let people pay (after task 1).')
    .replace('make it nicer.', 'make it nicer (after task 2).');
  const against: Proposal = { kind: 'order', task: 1, after: 3, words: 'list them' };
  const read = plan(ordered, [params, against]);
  expect(standings(read)).toEqual(['agrees', 'shown they are ordered the other way']);
  expect(read.tasks.map(({ dependsOn }) => dependsOn)).toEqual(
    plan(ordered, null).tasks.map(({ dependsOn }) => dependsOn),
  );
  expect(read.findings.filter(({ kind }) => kind === 'cycle')).toEqual([]);
});

test('orders of the reader make no circle among themselves', () => {
  const back: Proposal = { kind: 'order', task: 1, after: 2, words: 'list them' };
  const read = plan(five, [params, back]);
  expect(standings(read)).toEqual(['decides', 'shown they are ordered the other way']);
  expect(read.findings.filter(({ kind }) => kind === 'cycle')).toEqual([]);
});

test('a task that the user calls independent waits for no other', () => {
  const read = plan(five, [params], { options: { independent: [2] } });
  expect(standings(read)).toEqual(['shown you said that this task waits for no other']);
  expect(read.tasks[1]?.dependsOn).toEqual([]);
  expect(standings(plan(five, [params], { options: { independent: [1] } }))).toEqual(['decides']);
});

test('a file that is foreseen anyway is the reader’s, and keeps its likelihood', () => {
  const predict: Evidence['predict'] = () => [
    { path: 'src/cart.js', probability: 0.9, reason: 'churn', isNew: false, isDeclared: false },
  ];
  const file: Proposal = { kind: 'file', task: 3, path: 'src/cart.js', words: 'make it nicer' };
  expect(plan(five, [file], { evidence: { predict } }).tasks[2]?.footprint).toEqual([
    expect.objectContaining({ path: 'src/cart.js', probability: 0.9, isRead: true }),
  ]);
});

test('phases win over the reader’s orders', () => {
  const phased = `# Shop

## Phase 1: One

- [ ] **Prices**: list them in \`src/cart.js\`
- [ ] **Bills**: print them in \`src/print.js\`

## Phase 2: Two

- [ ] **Paying**: let people pay in \`src/shop.js\`
`;
  const against: Proposal = { kind: 'order', task: 1, after: 3, words: 'list them' };
  const along: Proposal = { kind: 'order', task: 3, after: 1, words: 'let people pay' };
  const read = plan(phased, [against, along]);
  expect(standings(read)).toEqual(['shown their phases order them the other way', 'agrees']);
  expect(read.tasks[0]?.dependsOn).toEqual([]);
});

test('a file is added to a task that names none; it is nobody’s scope', () => {
  const file: Proposal = { kind: 'file', task: 3, path: 'src/cart.js', words: 'make it nicer' };
  const read = plan(five, [file]);
  expect(standings(read)).toEqual(['decides']);
  expect(read.tasks[2]?.footprint).toEqual([
    expect.objectContaining({ path: 'src/cart.js', isDeclared: false, isRead: true }),
  ]);
});

test('where the author names a file, the reader’s is only shown', () => {
  const read = plan(five, [
    { kind: 'file', task: 4, path: 'src/cart.js', words: 'print bills' },
    { kind: 'file', task: 4, path: 'src/print.js', words: 'print bills' },
  ]);
  expect(standings(read)).toEqual(['shown the issue itself names where this task works', 'agrees']);
  expect(read.tasks[3]?.footprint.map(({ path }) => path)).toEqual(['src/print.js']);
});

test('a collision is one, whatever the repository’s evidence says of the pair', () => {
  const judgePairs: Evidence['judgePairs'] = () => () => ({ overlap: 0.01, conflict: 0.01 });
  const predict: Evidence['predict'] = () => [];
  const collision: Proposal = {
    ...{ kind: 'collision', tasks: [1, 3], path: 'src/cart.js', words: 'make it nicer' },
  };
  const read = plan(five, [collision], { evidence: { judgePairs, predict } });
  expect(standings(read)).toEqual(['decides']);
  expect(read.tasks[2]?.stackOn ?? read.tasks[0]?.stackOn).not.toBeNull();
  const found = read.findings.filter(({ kind }) => kind === 'file-conflict');
  expect(found).toEqual([expect.objectContaining({ tasks: [1, 3] })]);
});

test('a size decides where the author states none', () => {
  const sizes: Proposal[] = [
    { kind: 'size', task: 5, minutes: 50, words: 'It takes long' },
    { kind: 'size', task: 1, minutes: 50, words: 'list them' },
  ];
  const read = plan(five.replace('**Prices**', '**Prices (15min)**'), sizes);
  expect(standings(read)).toEqual(['decides', 'shown the issue itself states 15 minutes']);
  expect(read.tasks[4]).toMatchObject({ estimateMinutes: 50, complexity: 'high' });
  expect(read.tasks[0]?.estimateMinutes).toBe(15);
});

test('what is chosen of an issue hears nothing of the rest', () => {
  const read = plan(five, [params], { options: { only: [2, 3] } });
  expect(standings(read)).toEqual([]);
  expect(read.tasks[0]?.dependsOn).toEqual([]);
});

const gravity = { proceed: 0, consider: 1, sequential: 2 };

test('no reading makes a verdict better: a size that would balance the tasks is only shown', () => {
  const uneven = five
    .replace('**Help**', '**Rewrite the whole application from scratch**')
    .replaceAll('Include tests.', '');
  const rules = plan(uneven, null);
  const small: Proposal = { kind: 'size', task: 5, minutes: 11, words: 'It takes long' };
  expect(rules.findings.some(({ kind }) => kind === 'too-large')).toBe(true);
  const read = plan(uneven, [small, params]);
  expect(standings(read)).toEqual([
    'shown with it, the plan would look better than by the rules',
    'decides',
  ]);
  expect(gravity[read.verdict]).toBeGreaterThanOrEqual(gravity[rules.verdict]);
  expect(read.tasks[4]?.estimateMinutes).toBe(rules.tasks[4]?.estimateMinutes);
});

test('whatever is proposed, a refused plan stays refused, and no verdict gets better', () => {
  const chained = `# Shop

- [ ] **Prices**: create \`src/prices.js\`
- [ ] **Paying**: use \`src/prices.js\` in \`src/pay.js\`
- [ ] **Bills**: use \`src/pay.js\` in \`src/bills.js\`
- [ ] **Mails**: use \`src/bills.js\` in \`src/mails.js\`
- [ ] **Logs**: use \`src/mails.js\` in \`src/logs.js\`
`;
  for (const issue of [chained, five]) {
    const rules = plan(issue, null);
    // A small generator of its own: the same proposals in each run.
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 60; round += 1) {
      const proposals = Array.from({ length: 1 + next(8) }, (): Proposal => {
        const [task, other] = [1 + next(5), 1 + next(5)];
        const [words, path] = ['list them', [...files][next(3)] ?? ''];
        const kind = next(4);
        if (kind === 0 || task === other)
          return { kind: 'size', task, minutes: 1 + next(90), words };
        if (kind === 1) return { kind: 'order', task, after: other, words };
        if (kind === 2) return { kind: 'file', task, path, words };
        return {
          kind: 'collision',
          tasks: [Math.min(task, other), Math.max(task, other)],
          path,
          words,
        };
      });
      const read = plan(issue, proposals);
      expect(gravity[read.verdict]).toBeGreaterThanOrEqual(gravity[rules.verdict]);
      if (rules.refusals.length > 0) expect(read.refusals).not.toEqual([]);
      expect(read.findings.filter(({ kind }) => kind === 'cycle')).toEqual(
        rules.findings.filter(({ kind }) => kind === 'cycle'),
      );
    }
  }
});
