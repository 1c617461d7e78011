import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../model/user-error.ts';
import { configurationPath, configurationSchema } from '../settings/configuration.ts';

/** A file that `flotilla init` would write. */
export type InitFile = {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly why: string;
};

/** What was found out about the repository and the machine. */
export type InitFindings = {
  readonly agent: string | null;
  readonly checks: readonly string[];
  readonly setup: string | null;
};

const schemaName = 'parallel-orchestration.schema.json';

/** The files for a repository that Flotilla is new to. */
export async function initFiles(found: InitFindings): Promise<readonly InitFile[]> {
  return [
    {
      path: configurationPath,
      text: json(configurationOf(found)),
      why: 'the agent, the checks and the setup that were found here',
    },
    {
      path: configurationPath.replace(/[^/]+$/u, schemaName),
      text: json(z.toJSONSchema(configurationSchema, { io: 'input' })),
      why: 'lets editors complete and check the configuration',
    },
    {
      path: '.github/ISSUE_TEMPLATE/parallel-orchestration.md',
      text: await template('issue-template.md'),
      why: 'a master issue to fill in',
    },
    {
      path: '.github/PULL_REQUEST_TEMPLATE/orchestrated-task.md',
      text: await template('review-checklist.md'),
      why: 'what reviewers go through',
    },
  ];
}

/** The workflow that starts a run by a label, with Flotilla's own place and commit: `owner/repository@commit`. */
export async function workflowFile(action: string): Promise<InitFile> {
  const [, place, commit] = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})$/u.exec(action) ?? [];
  if (place === undefined || commit === undefined)
    throw new UserError({
      code: 'usage',
      message:
        '--workflow takes the place and the whole commit of Flotilla, as OWNER/REPOSITORY@COMMIT: a branch or a tag could come to mean other code.',
    });
  const text = await template('workflow.yml');
  return {
    path: '.github/workflows/flotilla.yml',
    text: text.replace('OWNER/REPOSITORY/action@COMMIT', `${place}/action@${commit}`),
    why: 'starts a run when somebody with write access sets the label parallel-orchestration-ready',
  };
}

/** The slash commands and the skill, for those who do not want the plugin. */
export async function claudeCodeFiles(): Promise<readonly InitFile[]> {
  const skill = 'skills/parallel-task-orchestrator/SKILL.md';
  return [
    {
      path: '.claude/commands/amplihack/parallel-orchestrate.md',
      text: await pluginFile('commands/parallel-orchestrate.md'),
      why: '/amplihack:parallel-orchestrate in Claude Code',
    },
    {
      path: '.claude/commands/amplihack/analyze.md',
      text: await pluginFile('commands/analyze.md'),
      why: '/amplihack:analyze in Claude Code, which the skill calls',
    },
    {
      path: `.claude/${skill}`,
      text: await pluginFile(skill),
      why: 'Claude Code knows when to suggest it',
    },
  ];
}

function configurationOf({ agent, checks, setup }: InitFindings): object {
  return {
    $schema: `./${schemaName}`,
    ...(agent === null ? {} : { agent: { name: agent } }),
    ...(setup === null ? {} : { workspace: { setup } }),
    ...(checks.length === 0 ? {} : { verification: { checks } }),
  };
}

function template(name: string): Promise<string> {
  return readFile(new URL(`init-templates/${name}`, import.meta.url), 'utf8');
}

/** Outside the plugin, its own program is not on the path of Claude's shell. */
async function pluginFile(path: string): Promise<string> {
  const text = await readFile(
    new URL(`../../../plugin/amplihack/${path}`, import.meta.url),
    'utf8',
  );
  return text.replaceAll('amplihack-flotilla', 'flotilla');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
