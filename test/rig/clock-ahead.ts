/** Loaded before the program (`node --import`): its wall clock is as many hours ahead as `CLOCK_AHEAD_HOURS` says. */
import { shiftDate } from './shift-date.ts';

const aheadMs = Number(process.env['CLOCK_AHEAD_HOURS']) * 3_600_000;
shiftDate(() => aheadMs);
