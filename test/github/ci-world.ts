import { configurationPath } from '../../src/app/settings/configuration.ts';
import type { NewChecks } from '../rig/github/checks.ts';
import {
  makeGitHubWorld,
  masterBody,
  type GitHubWorld,
  type GitHubWorldParams,
} from './github-world.ts';

/** A repository with a workflow, whose checks the test sets itself. */
export type CiWorld = GitHubWorld & {
  readonly master: number;
  /** Lets the workflow of a pull request's newest head end. */
  readonly ended: (pull: number, checks: NewChecks['runs']) => Promise<void>;
};

export type CiWorldParams = GitHubWorldParams & {
  readonly titles: readonly string[];
  /** Whether anything of Actions is in the repository; it is by default. */
  readonly hasWorkflow?: boolean;
  /** Of the configuration's part about GitHub. */
  readonly github?: Readonly<Record<string, number>>;
};

/** Makes it, with a master issue. Looks come one after another, and patience lasts as long as a slow machine needs. */
export async function makeCiWorld(all: CiWorldParams): Promise<CiWorld> {
  const { titles, github, hasWorkflow = true, ...params } = all;
  const settings = { ci_interval: 0.2, ci_grace: 120, comment_interval: 0.1, ...github };
  const site = await makeGitHubWorld({
    ...params,
    files: {
      [configurationPath]: JSON.stringify({ github: settings }),
      ...(hasWorkflow ? { '.github/workflows/ci.yml': 'on: pull_request\n' } : {}),
      ...params.files,
    },
  });
  const { number } = site.shop.issue({ title: 'Build the cart', body: masterBody(titles) });
  return {
    ...site,
    master: number,
    ended: (pull, runs) => site.shop.setChecks(pull, runs === undefined ? {} : { runs }),
  };
}

/** A job that went wrong. */
export function redJob(log: string, name = 'test'): NonNullable<NewChecks['runs']>[number] {
  return { name, conclusion: 'failure', log };
}

export const greenJob = { name: 'test', conclusion: 'success' } as const;
