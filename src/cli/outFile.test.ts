import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { requireWritable } from './outFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-out-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a new path is fine, and stays new', async () => {
  await requireWritable(join(folder, 'new.json'));
  expect(readdirSync(folder)).not.toContain('new.json');
});

it('a file that is there keeps its contents', async () => {
  const path = join(folder, 'old.json');
  writeFileSync(path, 'an earlier run');
  await requireWritable(path);
  expect(readFileSync(path, 'utf8')).toBe('an earlier run');
});

it('a link that leads nowhere stays a link, and its target is not made', async () => {
  const link = join(folder, 'link.json');
  symlinkSync(join(folder, 'target.json'), link);
  await requireWritable(link);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder)).not.toContain('target.json');
});

it.each([
  ['a directory', folder],
  ['a path in a directory that is not there', join(folder, 'none', 'run.json')],
  ['an empty path', ''],
])('%s is refused with its name', async (_, path) => {
  await expect(requireWritable(path)).rejects.toThrow(
    /^--out must be a file that can be written, got E\w+: /,
  );
  await expect(requireWritable(path)).rejects.toThrow(`'${path}'`);
});
