import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { undisturbed } from '../command.ts';

/**
 * Pause between two looks at a lock that another process holds, milliseconds. Chance makes it up to twice
 * this.
 */
const LOOK_MS = 20;

/** A lock is held while one file is written. If it stays for so long, its holder is gone, milliseconds. */
const STALE_MS = 30_000;

/** Bytes of the longest name that gets `.lock` and the mark of a lock that is being taken away. */
const LONGEST_NAME = 240;

/** Characters of a longer name that its lock keeps. */
const KEPT_OF_NAME = 60;

/**
 * Does `work` while no other process does work on the same file, on this machine or on others that share the
 * folder. The lock is a file beside it with the holder's process id and machine. A lock whose holder is gone
 * is taken over.
 */
export async function whileLocked<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = lockOf(path);
  const mine = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    token: randomBytes(8).toString('hex'),
  });
  let seen = { content: '', since: performance.now() };
  for (;;) {
    // A signal that ended the process in here would leave the lock behind.
    const done = await undisturbed(async () => {
      return (await isTaken(lock, mine)) ? { result: await workAndFree(lock, mine, work) } : null;
    });
    if (done !== null) return done.result;
    const content = await contentOf(lock);
    if (content === null) continue;
    // The machines' clocks may differ, so the time is measured from the first look.
    if (seen.content !== content) seen = { content, since: performance.now() };
    if (performance.now() - seen.since > STALE_MS || isHolderGone(content)) await takeAway(lock, content);
    else await wait(LOOK_MS * (1 + Math.random()));
  }
}

async function workAndFree<T>(lock: string, mine: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    // Another process may have taken the lock over, if this one slept for long.
    if ((await contentOf(lock)) === mine) await rm(lock, { force: true });
  }
}

/**
 * Long names are cut, as file systems allow 255 bytes. Files may share a lock: they then wait for each other.
 */
function lockOf(path: string): string {
  const name = basename(path);
  const isLong = Buffer.byteLength(name) > LONGEST_NAME;
  return join(dirname(path), `${isLong ? name.slice(0, KEPT_OF_NAME) : name}.lock`);
}

/** Whether the lock could be made. */
async function isTaken(lock: string, mine: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(lock, 'wx');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fault;
  }
  try {
    await file.writeFile(mine).finally(() => file.close());
  } catch (fault) {
    // On a full disk there may be room for the name only. An empty lock would keep everybody waiting.
    await rm(lock, { force: true });
    throw fault;
  }
  return true;
}

/** Removes a stale lock. If another process has just taken it over, its lock is put back. */
async function takeAway(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(lock, aside);
  } catch {
    return;
  }
  if ((await contentOf(aside)) === stale) await rm(aside, { force: true });
  else {
    // A link, unlike a new name, replaces no lock that a third process may have made meanwhile.
    await link(aside, lock).catch(() => {});
    await rm(aside, { force: true });
  }
}

function isHolderGone(content: string): boolean {
  const { pid, host } = holderOf(content);
  if (pid === null || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (fault) {
    // A process of another user cannot be asked, but it is there.
    return (fault as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** The holder that a lock names. A lock that is just being written names none. */
function holderOf(content: string): { readonly pid: number | null; readonly host: string | null } {
  try {
    const found: unknown = JSON.parse(content);
    if (typeof found !== 'object' || found === null) return { pid: null, host: null };
    const pid = 'pid' in found && typeof found.pid === 'number' ? found.pid : null;
    const host = 'host' in found && typeof found.host === 'string' ? found.host : null;
    return { pid, host };
  } catch {
    return { pid: null, host: null };
  }
}

function contentOf(lock: string): Promise<string | null> {
  return readFile(lock, 'utf8').catch(() => null);
}
