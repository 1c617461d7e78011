/**
 * Whether every kill is wanted, or a sample will do. `FLOTILLA_KILLS` is `all`, or `runs` for those of runs on the local
 * forge alone: with what goes beyond (GitHub, the checks of a forge, merging) there are four times as many.
 */
export function areAllKillsWanted(of: 'runs' | 'beyond'): boolean {
  const wanted = process.env['FLOTILLA_KILLS'];
  return wanted === 'all' || (of === 'runs' && wanted === 'runs');
}
