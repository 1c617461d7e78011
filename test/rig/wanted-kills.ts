/**
 * Whether every kill is wanted, or a sample will do. `FLOTILLA_KILLS` is `all`, or `runs` for those of runs alone: with
 * what comes afterwards (a forge's checks, merging) there are twice as many.
 */
export function areAllKillsWanted(of: 'runs' | 'afterwards'): boolean {
  const wanted = process.env['FLOTILLA_KILLS'];
  return wanted === 'all' || (of === 'runs' && wanted === 'runs');
}
