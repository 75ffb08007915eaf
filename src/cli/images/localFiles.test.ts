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

it('keeps the directories of files of one name where these are splits', async () => {
  const paths = async (...names: string[]) => {
    for (const name of names) {
      mkdirSync(join(folder, 'given', name, '..'), { recursive: true });
      writeFileSync(join(folder, 'given', name), name);
    }
    const found = await localFiles(names.map((name) => join(folder, 'given', name)));
    return found.map(({ path }) => path);
  };
  expect(await paths('train/x.zip', 'test/x.zip')).toEqual(['train/x.zip', 'test/x.zip']);
  expect(await paths('train/x.zip', 'test/y.zip')).toEqual(['x.zip', 'y.zip']);
  expect(await paths('a/x.zip', 'b/x.zip')).toEqual(['x.zip', 'x.zip']);
  rmSync(join(folder, 'given'), { recursive: true });
});

it('tells the name of a directory that comes alone beside the paths below it', async () => {
  const found = await localFiles([join(folder, 'pictures/cat')]);
  expect(found.map(({ path, below }) => [path, below])).toEqual([
    ['1.png', 'cat'],
    ['2.png', 'cat'],
  ]);
  expect((await localFiles([join(folder, 'pictures/cat/1.png')]))[0]?.below).toBeUndefined();
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

it('leaves out links that lead round in circles, and says so', async () => {
  const round = join(folder, 'round');
  mkdirSync(join(round, 'cat'), { recursive: true });
  writeFileSync(join(round, 'cat/a.png'), 'a');
  symlinkSync(round, join(round, 'again'));
  symlinkSync('../cat', join(round, 'cat/self'));
  symlinkSync('cat', join(round, 'dog'));
  const found = await localFiles([round]);
  expect(found.map(({ path, isRound = false }) => [path, isRound])).toEqual([
    ['again', true],
    ['cat/a.png', false],
    ['cat/self', true],
    ['dog/a.png', false],
    ['dog/self', true],
  ]);
  expect(found[0]?.fault).toMatch(/again is a link to a folder that holds it/);
  rmSync(round, { recursive: true });
});

it('reads folders 64 deep in each other, as the page does, and refuses deeper ones', async () => {
  const deep = (count: number) => join(folder, 'deep', ...Array.from({ length: count }, (_, i) => `${i}`));
  mkdirSync(deep(64), { recursive: true });
  writeFileSync(join(deep(64), 'a.png'), 'a');
  expect((await localFiles([join(folder, 'deep')])).map(({ path }) => path.split('/').length)).toEqual([65]);
  mkdirSync(deep(65));
  await expect(localFiles([join(folder, 'deep')])).rejects.toThrow(/at most 64 deep in each other, got 65/);
  rmSync(join(folder, 'deep'), { recursive: true });
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
