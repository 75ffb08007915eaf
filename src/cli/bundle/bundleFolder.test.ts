import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { requireBundleFolder, sizesOf, writeBundle } from './bundleFolder.ts';

const root = mkdtempSync(join(tmpdir(), 'dualgate-bundle-folder-'));
const folder = join(root, 'made');
afterAll(() => rmSync(root, { recursive: true }));

const files = (text: string) =>
  new Map([
    ['run', Buffer.from(text)],
    ['app/a/b.js', Buffer.from('export {};')],
  ]);

it('writes a bundle with its list, and replaces it when nothing was added', async () => {
  await writeBundle(folder, files('first'), new Set(['run']));
  expect(readFileSync(join(folder, 'app/a/b.js'), 'utf8')).toBe('export {};');
  expect(statSync(join(folder, 'run')).mode & 0o111).toBe(0o111);
  expect(JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'))).toEqual({
    ...{ format: 'dualgate-bundle', version: 1, files: ['app/a/b.js', 'run'] },
  });
  await requireBundleFolder(folder);
  await writeBundle(folder, files('second'), new Set(['run']));
  expect(readFileSync(join(folder, 'run'), 'utf8')).toBe('second');
  // Nothing else remains beside it.
  expect(readdirSync(root)).toEqual(['made']);
});

it('leaves nothing behind when it cannot be written', async () => {
  const clash = new Map([...files('third'), ['run/below', Buffer.from('')]]);
  await expect(writeBundle(folder, clash, new Set())).rejects.toThrow();
  expect(readFileSync(join(folder, 'run'), 'utf8')).toBe('second');
  expect(readdirSync(root)).toEqual(['made']);
});

it('says what an archive of it takes', async () => {
  const content = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * i) % 251));
  const { packed, whole } = await sizesOf(new Map([['a', content]]));
  expect(whole).toBe(2000);
  expect(packed).toBe(gzipSync(Buffer.concat([content, Buffer.alloc(560)])).length);
});
