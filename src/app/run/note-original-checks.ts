import type { RunServices } from '../../services/run-services.ts';
import { codesInNote } from '../../verification/code-in-note.ts';
import type { PhaseStart } from './run-phases.ts';

type ServicesFor = (phase: PhaseStart) => Promise<RunServices>;

/** Says, where a phase begins, that its base has other checks than the run began with, and that those count, too. */
export function noteOriginalChecks(
  note: (line: string) => void,
  servicesFor: ServicesFor,
): ServicesFor {
  return async (phase) => {
    const services = await servicesFor(phase);
    const { settings, record } = services;
    const isAccepted = record.state().settings.areCheckChangesAccepted === true;
    const ground = isAccepted ? null : await settings.original?.groundAt(phase.base.sha);
    if (ground) {
      const { restored, removed, manifests } = ground;
      const paths = codesInNote([...manifests, ...restored, ...removed]);
      note(
        `The merged work changes the checks (${paths}). The checks that the run began with still count until you agree to the changes: --accept-check-changes`,
      );
    }
    return services;
  };
}
