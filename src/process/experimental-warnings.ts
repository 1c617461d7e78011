/**
 * Keeps Node from calling what we use experimental: Node 22 says so of SQLite and of `glob`, once each, on standard
 * error. Users can do nothing about it. All other warnings are shown.
 */
export function hideExperimentalWarnings(): void {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (...args: unknown[]): void => {
    if (args[1] !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, args);
  };
}
