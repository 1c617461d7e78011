import { homedir } from 'node:os';
import { Hono } from 'hono';
import type { RunsMetrics } from '../reporting/metrics/measure-runs.ts';
import { refused } from './answers.ts';
import type { HistoryPage } from './history-data.ts';
import type { PageCommands } from './page-commands.ts';

const monthly = /^\d{4}-(?:0[1-9]|1[0-2])$/u;

/** The longest list that a page shows. */
const most = 20;

/** What the runs of all repositories achieved, altogether or in a month, as `flotilla metrics --all` has it. */
export function historyRoute(commands: PageCommands): Hono {
  const app = new Hono();
  app.get('/', async (context) => {
    const month = context.req.query('month');
    if (month !== undefined && !monthly.test(month))
      return context.json(refused('Give a year and a month: 2026-11.'), 400);
    const args = ['metrics', '--all', '--json', ...(month === undefined ? [] : ['--month', month])];
    const { output, errors } = await commands.run(args, homedir());
    const metrics = metricsIn(output);
    if (metrics === null) return context.json(refused(errors), 500);
    return context.json(pageOf(metrics, errors));
  });
  return app;
}

function metricsIn(output: string): RunsMetrics | null {
  try {
    return JSON.parse(output) as RunsMetrics;
  } catch {
    return null;
  }
}

function pageOf(metrics: RunsMetrics, errors: string): HistoryPage {
  return {
    metrics: {
      ...metrics,
      failurePatterns: metrics.failurePatterns.slice(0, most),
      improvements: metrics.improvements.slice(0, most),
    },
    leftOut: errors.trim(),
  };
}
