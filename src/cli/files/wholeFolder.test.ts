import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requireEmpty, writeFolder } from './wholeFolder.ts';

let folder = '';
const inFolder = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualgate-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const FILES = new Map([
  ['a.txt', 'a'],
  ['b.txt', 'b'],
]);
/** The second file has no folder to lie in, so it cannot be written. */
const BROKEN = new Map([
  ['a.txt', 'a'],
  ['none/b.txt', 'b'],
]);

it('writes into a new directory, and into an empty one', async () => {
  mkdirSync(inFolder('empty'));
  for (const name of ['new/deep', 'empty']) {
    await writeFolder(inFolder(name), FILES);
    expect(readdirSync(inFolder(name)).toSorted()).toEqual(['a.txt', 'b.txt']);
  }
  expect(readdirSync(inFolder('new'))).toEqual(['deep']);
});

it('leaves nothing behind when a file cannot be written', async () => {
  mkdirSync(inFolder('empty'));
  for (const name of ['new', 'empty']) {
    await expect(writeFolder(inFolder(name), BROKEN)).rejects.toThrow('ENOENT');
  }
  expect(readdirSync(folder)).toEqual(['empty']);
  expect(readdirSync(inFolder('empty'))).toEqual([]);
});

it('refuses a file and a directory that holds something, and makes nothing', async () => {
  writeFileSync(inFolder('notes.txt'), 'notes');
  await expect(requireEmpty(folder, '--pytorch')).rejects.toThrow('--pytorch must be a new or empty');
  await expect(requireEmpty(inFolder('notes.txt'), '--pytorch')).rejects.toThrow('got ENOTDIR');
  await requireEmpty(inFolder('new'), '--pytorch');
  expect(readdirSync(folder)).toEqual(['notes.txt']);
});
