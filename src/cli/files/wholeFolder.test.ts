import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { emptyFolder } from './emptyFolder.fixture.ts';
import { requireEmpty, writeFolder } from './wholeFolder.ts';

const folder = emptyFolder();

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
  mkdirSync(folder.at('empty'));
  for (const name of ['new/deep', 'empty']) {
    await writeFolder(folder.at(name), FILES);
    expect(readdirSync(folder.at(name)).toSorted()).toEqual(['a.txt', 'b.txt']);
  }
  expect(readdirSync(folder.at('new'))).toEqual(['deep']);
});

it('leaves nothing behind when a file cannot be written', async () => {
  mkdirSync(folder.at('empty'));
  for (const name of ['new', 'empty']) {
    await expect(writeFolder(folder.at(name), BROKEN)).rejects.toThrow('ENOENT');
  }
  expect(readdirSync(folder.path)).toEqual(['empty']);
  expect(readdirSync(folder.at('empty'))).toEqual([]);
});

it('refuses a file and a directory that holds something, and makes nothing', async () => {
  writeFileSync(folder.at('notes.txt'), 'notes');
  await expect(requireEmpty(folder.path, '--pytorch')).rejects.toThrow('--pytorch must be a new or empty');
  await expect(requireEmpty(folder.at('notes.txt'), '--pytorch')).rejects.toThrow('got ENOTDIR');
  await requireEmpty(folder.at('new'), '--pytorch');
  expect(readdirSync(folder.path)).toEqual(['notes.txt']);
});
