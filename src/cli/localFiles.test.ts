import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DataError } from '../data/dataset.ts';
import { localFiles } from './localFiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['b.bin', 'a.bin', 'readme.html']) writeFileSync(join(folder, name), name);

it('gives files their own names and their bytes', async () => {
  const [found] = await localFiles([join(folder, 'b.bin')]);
  expect(found?.path).toBe('b.bin');
  expect([found?.file.name, found?.file.size, await found?.file.text()]).toEqual(['b.bin', 5, 'b.bin']);
});

it('takes the .bin files of a directory in the order of their names', async () => {
  expect((await localFiles([folder])).map(({ path }) => path)).toEqual(['a.bin', 'b.bin']);
});

it('names the path that is not there', async () => {
  const wrong = join(folder, 'c.bin');
  await expect(localFiles([wrong])).rejects.toThrow(
    `${wrong}: expected a file or a directory, got nothing there`,
  );
  await expect(localFiles([wrong])).rejects.toBeInstanceOf(DataError);
});
