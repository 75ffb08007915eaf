import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder } from './emptyFolder.fixture.ts';
import { writeWhole } from './wholeFile.ts';

const folder = emptyFolder();

it('writes text and bytes, replaces what was there, and leaves no neighbour', async () => {
  await writeWhole(folder.at('a.json'), 'first');
  await writeWhole(folder.at('a.json'), Uint8Array.of(104, 105));
  expect(readFileSync(folder.at('a.json'), 'utf8')).toBe('hi');
  expect(readdirSync(folder.path)).toEqual(['a.json']);
});

it('writes a file whose name is as long as names may be', async () => {
  const name = `${'é'.repeat(125)}.json`;
  await writeWhole(folder.at(name), 'long');
  expect(readFileSync(folder.at(name), 'utf8')).toBe('long');
});

it.skipIf(platform() === 'win32')('keeps the permissions of the file that it replaces', async () => {
  writeFileSync(folder.at('a.json'), 'old');
  chmodSync(folder.at('a.json'), 0o640);
  await writeWhole(folder.at('a.json'), 'new');
  expect(statSync(folder.at('a.json')).mode & 0o777).toBe(0o640);
});

it('follows a link, to a file that is there and to one that is not', async () => {
  mkdirSync(folder.at('kept'));
  symlinkSync(join('kept', 'run.json'), folder.at('link.json'));
  for (const content of ['first', 'second']) {
    await writeWhole(folder.at('link.json'), content);
    expect(readFileSync(folder.at('kept/run.json'), 'utf8')).toBe(content);
  }
  expect(lstatSync(folder.at('link.json')).isSymbolicLink()).toBe(true);
});

it.skipIf(platform() === 'win32')('writes into a pipe, which stays a pipe', async () => {
  execFileSync('mkfifo', [folder.at('pipe')]);
  const [, read] = await Promise.all([
    writeWhole(folder.at('pipe'), 'through'),
    readFile(folder.at('pipe'), 'utf8'),
  ]);
  expect(read).toBe('through');
  expect(statSync(folder.at('pipe')).isFIFO()).toBe(true);
});

it.skipIf(!existsSync('/dev/full'))('says that a device is full', async () => {
  await expect(writeWhole('/dev/full', 'text')).rejects.toThrow('ENOSPC');
});

it('leaves a folder, and what is in it, as it was', async () => {
  mkdirSync(folder.at('run.json'));
  writeFileSync(folder.at('run.json/notes.txt'), 'notes');
  await expect(writeWhole(folder.at('run.json'), 'new')).rejects.toThrow();
  expect(readdirSync(folder.path)).toEqual(['run.json']);
  expect(readFileSync(folder.at('run.json/notes.txt'), 'utf8')).toBe('notes');
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
