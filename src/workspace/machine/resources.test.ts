import { execFileSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitAt } from '../../git/git.ts';
import { fitWorkers, measureResources, measureTree, type FitParams } from './resources.ts';

const roomy: FitParams = {
  wanted: 5,
  availableMemoryMb: 64_000,
  freeDiskMb: 100_000,
  cores: 16,
  worktreeMb: 20,
  isGivenByHand: false,
};

describe('how many agents fit', () => {
  test('all that were wanted, with nothing to say, on a roomy machine', () => {
    expect(fitWorkers(roomy)).toEqual({ workers: 5, reasons: [], byCores: null });
  });

  test('memory holds one agent for each 500 MB', () => {
    const { workers, reasons } = fitWorkers({ ...roomy, availableMemoryMb: 1499 });
    expect(workers).toBe(2);
    expect(reasons).toEqual([
      'Memory: 1.5 GB is available and an agent takes 500 MB, so at most 2 agents run at once.',
    ]);
  });

  test('disk holds 100 MB and a checkout for each agent, and 200 MB for the run', () => {
    const tight = { ...roomy, worktreeMb: 400, freeDiskMb: 200 + 3 * 500 };
    expect(fitWorkers(tight).workers).toBe(3);
    expect(fitWorkers({ ...tight, freeDiskMb: tight.freeDiskMb - 1 }).workers).toBe(2);
  });

  test('less than 5 GB of free disk that holds all of them is a warning, no limit', () => {
    const { workers, reasons } = fitWorkers({ ...roomy, freeDiskMb: 4000 });
    expect(workers).toBe(5);
    expect(reasons).toEqual([
      expect.stringMatching(/^Disk: 3\.9 GB is free; 5 GB are recommended/u),
    ]);
  });

  test('never more agents than cores, unless the user gave the number', () => {
    const small = { ...roomy, cores: 2 };
    expect(fitWorkers(small)).toEqual({
      workers: 2,
      reasons: [],
      byCores: '2 cores: at most 2 agents run at once; --max-workers 5 overrides this.',
    });
    expect(fitWorkers({ ...small, isGivenByHand: true })).toEqual({
      workers: 5,
      reasons: [],
      byCores: null,
    });
  });

  test('memory and disk bound also a number that was given by hand', () => {
    const full = {
      ...roomy,
      isGivenByHand: true,
      wanted: 200,
      availableMemoryMb: 5000,
      freeDiskMb: 1000,
    };
    const { workers, reasons } = fitWorkers(full);
    expect(workers).toBe(6);
    expect(reasons).toHaveLength(2);
  });

  test('not one fits: every cause is reported', () => {
    const { workers, reasons } = fitWorkers({ ...roomy, availableMemoryMb: 499, freeDiskMb: 100 });
    expect(workers).toBe(0);
    expect(reasons).toEqual([
      'Memory: 499 MB is available and an agent takes 500 MB, so not one agent fits.',
      'Disk: 100 MB is free and an agent with its workspace takes 120 MB, so not one agent fits.',
    ]);
  });
});

const megabyte = 2 ** 20;

/** The system's files as a machine of 8 GB has them, with more of them. */
function systemFiles(
  more: Readonly<Record<string, string>>,
): (path: string) => Promise<string | null> {
  const files: Readonly<Record<string, string>> = {
    '/proc/meminfo': `MemTotal: 9000000 kB\nMemFree: 1000 kB\nMemAvailable:    ${8000 * 1024} kB\n`,
    ...more,
  };
  return (path) => Promise.resolve(files[path] ?? null);
}

async function memoryWith(more: Readonly<Record<string, string>>): Promise<number> {
  return (await measureResources(tmpdir(), { read: systemFiles(more) })).availableMemoryMb;
}

describe('what the machine has left', () => {
  test("available memory is the kernel's own estimate where nothing else limits it", async () => {
    expect(await memoryWith({})).toBe(8000);
    expect(
      await memoryWith({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': 'max\n' }),
    ).toBe(8000);
  });

  test("a container's limit counts, less what it uses and cannot give back", async () => {
    const memory = await memoryWith({
      '/proc/self/cgroup': '0::/docker/1a2b\n',
      '/sys/fs/cgroup/memory.max': `${2000 * megabyte}\n`,
      '/sys/fs/cgroup/memory.current': `${900 * megabyte}\n`,
      '/sys/fs/cgroup/memory.stat': `anon 1\ninactive_file ${400 * megabyte}\nactive_file 7\n`,
    });
    expect(memory).toBe(1500);
  });

  test('the tightest of nested groups counts', async () => {
    const memory = await memoryWith({
      '/proc/self/cgroup': '0::/user.slice/app.scope\n',
      '/sys/fs/cgroup/user.slice/memory.max': `${700 * megabyte}\n`,
      '/sys/fs/cgroup/user.slice/memory.current': `${100 * megabyte}\n`,
      '/sys/fs/cgroup/user.slice/app.scope/memory.max': `${900 * megabyte}\n`,
      '/sys/fs/cgroup/user.slice/app.scope/memory.current': `${50 * megabyte}\n`,
    });
    expect(memory).toBe(600);
  });

  test('a limit of version 1 counts; its largest number is none', async () => {
    const membership = '5:cpu,cpuacct:/\n4:memory:/jobs/7\n0::/\n';
    const limited = {
      '/proc/self/cgroup': membership,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1\n',
      '/sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes': `${1200 * megabyte}\n`,
      '/sys/fs/cgroup/memory/jobs/7/memory.usage_in_bytes': `${500 * megabyte}\n`,
      '/sys/fs/cgroup/memory/jobs/7/memory.stat': `total_inactive_file ${100 * megabyte}\n`,
    };
    expect(await memoryWith(limited)).toBe(800);
    const free = {
      ...limited,
      '/sys/fs/cgroup/memory/jobs/7/memory.limit_in_bytes': '9223372036854771712\n',
    };
    expect(await memoryWith(free)).toBe(8000);
  });

  test('disk and cores are those of this machine, also for a directory that is not there yet', async () => {
    const there = await measureResources(tmpdir());
    const later = await measureResources(join(tmpdir(), 'not', 'there', 'yet'));
    expect(there.cores).toBe(availableParallelism());
    expect(there.availableMemoryMb).toBeGreaterThan(1);
    expect(later.freeDiskMb).toBeGreaterThan(1);
  });

  test('a checkout takes whole blocks of the disk', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'measured-tree-'));
    await writeFile(join(folder.path, 'large file'), 'x'.repeat(megabyte));
    await writeFile(join(folder.path, 'small'), 'x');
    const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.invalid'];
    for (const args of [
      ['init', '--quiet'],
      ['add', '.'],
      [...identity, 'commit', '--quiet', '-m', 'A'],
    ])
      execFileSync('git', args, { cwd: folder.path });
    const git = gitAt(folder.path, process.env);
    expect(await measureTree(git, 'HEAD')).toBe(1 + 4096 / megabyte);
  });
});
