import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWhole } from './wholeFile.ts';

let folder = '';
const inFolder = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualgate-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes text and bytes, replaces what was there, and leaves no neighbour', async () => {
  await writeWhole(inFolder('a.json'), 'first');
  await writeWhole(inFolder('a.json'), Uint8Array.of(104, 105));
  expect(readFileSync(inFolder('a.json'), 'utf8')).toBe('hi');
  expect(readdirSync(folder)).toEqual(['a.json']);
});

it('writes a file whose name is as long as names may be', async () => {
  const name = `${'é'.repeat(125)}.json`;
  await writeWhole(inFolder(name), 'long');
  expect(readFileSync(inFolder(name), 'utf8')).toBe('long');
});

it.skipIf(platform() === 'win32')('keeps the permissions of the file that it replaces', async () => {
  writeFileSync(inFolder('a.json'), 'old');
  chmodSync(inFolder('a.json'), 0o640);
  await writeWhole(inFolder('a.json'), 'new');
  expect(statSync(inFolder('a.json')).mode & 0o777).toBe(0o640);
});

it('follows a link, to a file that is there and to one that is not', async () => {
  mkdirSync(inFolder('kept'));
  symlinkSync(join('kept', 'run.json'), inFolder('link.json'));
  for (const content of ['first', 'second']) {
    await writeWhole(inFolder('link.json'), content);
    expect(readFileSync(inFolder('kept/run.json'), 'utf8')).toBe(content);
  }
  expect(lstatSync(inFolder('link.json')).isSymbolicLink()).toBe(true);
});

it.skipIf(platform() === 'win32')('writes into a pipe, which stays a pipe', async () => {
  execFileSync('mkfifo', [inFolder('pipe')]);
  const [, read] = await Promise.all([
    writeWhole(inFolder('pipe'), 'through'),
    readFile(inFolder('pipe'), 'utf8'),
  ]);
  expect(read).toBe('through');
  expect(statSync(inFolder('pipe')).isFIFO()).toBe(true);
});

it.skipIf(!existsSync('/dev/full'))('says that a device is full', async () => {
  await expect(writeWhole('/dev/full', 'text')).rejects.toThrow('ENOSPC');
});

it('leaves a folder, and what is in it, as it was', async () => {
  mkdirSync(inFolder('run.json'));
  writeFileSync(inFolder('run.json/notes.txt'), 'notes');
  await expect(writeWhole(inFolder('run.json'), 'new')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['run.json']);
  expect(readFileSync(inFolder('run.json/notes.txt'), 'utf8')).toBe('notes');
});

it('is the only writer of files that commands make', () => {
  const cli = new URL('..', import.meta.url);
  const product = readdirSync(cli, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path),
  );
  const writers = product.filter((path) =>
    /\b(writeFile|writeFileSync|appendFile|createWriteStream)\b/.test(
      readFileSync(new URL(path, cli), 'utf8'),
    ),
  );
  expect(product.length).toBeGreaterThan(20);
  // A lock is made by an exclusive open, and holds nothing that could be lost.
  expect(writers.sort()).toEqual(['files/fileLock.ts', 'files/wholeFile.ts']);
});
