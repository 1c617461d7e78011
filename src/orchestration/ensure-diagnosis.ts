import type { Services } from '../services/run-services.ts';

/** One issue reports why tasks failed. It is brought up to date as long as some do, and closed when none does any more. */
export async function ensureDiagnosis({
  record,
  forge,
}: Services<'record' | 'forge'>): Promise<void> {
  const state = record.state();
  const found = forge.diagnose(state);
  if (found === null) return;
  const { key, title, body, isOver } = found;
  record.record({ type: 'diagnosis-intended', key });
  const item = await forge.ensureIssue({
    kind: 'diagnostic',
    parent: state.issue,
    key,
    title,
    body,
    labels: ['parallel-orchestration', 'diagnostic'],
    state: isOver ? 'closed' : 'open',
  });
  record.record({ type: 'diagnosis-done', ...item, ...(isOver ? { isOver } : {}) });
}
