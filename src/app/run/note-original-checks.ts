import type { RunTools } from '../../services/run-tools.ts';
import { codesInNote } from '../../verification/code-in-note.ts';
import type { PhaseStart } from './run-phases.ts';

type ToolsFor = (phase: PhaseStart) => Promise<RunTools>;

/** Says, where a phase begins, that its base has other checks than the run began with, and that those count, too. */
export function noteOriginalChecks(note: (line: string) => void, toolsFor: ToolsFor): ToolsFor {
  return async (phase) => {
    const tools = await toolsFor(phase);
    const { original, record } = tools;
    const isAccepted = record.state().settings.areCheckChangesAccepted === true;
    const ground = isAccepted ? null : await original?.groundAt(phase.base.sha);
    if (ground) {
      const { restored, removed, manifests } = ground;
      const paths = codesInNote([...manifests, ...restored, ...removed]);
      note(
        `The merged work changes the checks (${paths}). The checks that the run began with still count until you agree to the changes: --accept-check-changes`,
      );
    }
    return tools;
  };
}
