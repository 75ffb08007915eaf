import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DataError } from '../../data/images/dataset.ts';
import { localFiles } from './localFiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['b.bin', 'a.bin', '.hidden']) writeFileSync(join(folder, name), name);
mkdirSync(join(folder, 'pictures/cat'), { recursive: true });
for (const name of ['2.png', '1.png', '.DS_Store']) writeFileSync(join(folder, 'pictures/cat', name), name);

it('gives files their own names and their bytes', async () => {
  const [found] = await localFiles([join(folder, 'b.bin')]);
  expect(found?.path).toBe('b.bin');
  expect([found?.file.name, found?.file.size, await found?.file.text()]).toEqual(['b.bin', 5, 'b.bin']);
});

it('takes everything below a directory in the order of its names, but for hidden files', async () => {
  const paths = (await localFiles([folder])).map(({ path }) => path);
  expect(paths).toEqual(['a.bin', 'b.bin', 'pictures/cat/1.png', 'pictures/cat/2.png']);
});

it('keeps the names of directories apart where several are given', async () => {
  const paths = (await localFiles([join(folder, 'pictures/cat/'), join(folder, 'a.bin')])).map(
    ({ path }) => path,
  );
  expect(paths).toEqual(['cat/1.png', 'cat/2.png', 'a.bin']);
});

it('keeps the other files where a link of a directory leads nowhere', async () => {
  const holed = join(folder, 'holed');
  mkdirSync(holed);
  writeFileSync(join(holed, 'a.png'), 'a');
  symlinkSync(join(folder, 'nowhere'), join(holed, 'b.png'));
  const found = await localFiles([holed]);
  expect(found.map(({ path }) => path)).toEqual(['a.png', 'b.png']);
  expect(found.map(({ fault }) => fault ?? '')).toEqual([
    '',
    expect.stringMatching(/b\.png is a link to “.*nowhere”/),
  ]);
  await expect(localFiles([join(holed, 'b.png')])).rejects.toThrow(/expected a file or a directory/);
  rmSync(holed, { recursive: true });
});

it('does not follow links round in circles', async () => {
  const round = join(folder, 'round');
  mkdirSync(round);
  symlinkSync(round, join(round, 'again'));
  await expect(localFiles([round])).rejects.toThrow(/at most 16 deep/);
  rmSync(round, { recursive: true });
});

it('names the path that is not there, and the directory that is empty', async () => {
  const wrong = join(folder, 'c.bin');
  await expect(localFiles([wrong])).rejects.toThrow(
    `${wrong}: expected a file or a directory, got nothing there`,
  );
  await expect(localFiles([wrong])).rejects.toBeInstanceOf(DataError);
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  await expect(localFiles([empty])).rejects.toThrow(/a directory with files, got none/);
});
