import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { emptyFolder } from './emptyFolder.fixture.ts';
import { whileLocked } from './fileLock.ts';

const folder = emptyFolder();

it('lets one work at a time, and leaves no lock', async () => {
  const path = folder.at('runs.json');
  let working = 0;
  let most = 0;
  const works = Array.from({ length: 6 }, () =>
    whileLocked(path, async () => {
      most = Math.max(most, ++working);
      await wait(3);
      working--;
    }),
  );
  await Promise.all(works);
  expect([most, readdirSync(folder.path)]).toEqual([1, []]);
});

it('names its process and machine while it works, and frees the lock when the work fails', async () => {
  const path = folder.at('runs.json');
  const failing = whileLocked(path, async () => {
    const lock: unknown = JSON.parse(readFileSync(`${path}.lock`, 'utf8'));
    expect(lock).toMatchObject({ pid: process.pid, host: hostname() });
    throw new Error('no room');
  });
  await expect(failing).rejects.toThrow('no room');
  expect(readdirSync(folder.path)).toEqual([]);
});

it('takes over the lock of a process that is gone', async () => {
  const path = folder.at('runs.json');
  // No process has this id: the kernel's greatest is 2 ** 22.
  writeFileSync(`${path}.lock`, JSON.stringify({ pid: 2 ** 30, host: hostname(), token: '' }));
  expect(await Promise.all([1, 2, 3].map((n) => whileLocked(path, async () => n)))).toEqual([1, 2, 3]);
  expect(readdirSync(folder.path)).toEqual([]);
});

it('waits for a process of another machine', async () => {
  const path = folder.at('runs.json');
  writeFileSync(`${path}.lock`, JSON.stringify({ pid: 2 ** 30, host: 'elsewhere', token: '' }));
  let isDone = false;
  const work = whileLocked(path, async () => {
    isDone = true;
  });
  await wait(100);
  expect(isDone).toBe(false);
  rmSync(`${path}.lock`);
  await work;
  expect(isDone).toBe(true);
});
