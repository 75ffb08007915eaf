import { expect, it } from 'vitest';
import { fileKind, HEAD_BYTES } from './fileKind.ts';

const text = (words: string) => new TextEncoder().encode(words.padEnd(HEAD_BYTES));
const bytes = (...head: number[]) => Uint8Array.of(...head, ...new Array<number>(HEAD_BYTES).fill(200));

it.each([
  ['a GIF image', bytes(0x47, 0x49, 0x46, 0x38, 0x39, 0x61)],
  ['a NumPy array', bytes(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)],
  ['a Python pickle', bytes(0x80, 2)],
  ['a web page (HTML)', text('\n<!DOCTYPE html><title>Not found</title>')],
  ['a JSON file', text('{"format": "other"}')],
  ['a text file', text('airplane\nautomobile\n')],
])('knows %s by its first bytes', (words, head) => {
  expect(fileKind(head)).toEqual({ kind: 'other', words });
});

it('knows what can be read', () => {
  expect(fileKind(bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)).kind).toBe('picture');
  expect(fileKind(bytes(0xff, 0xd8, 0xff, 0xe0)).kind).toBe('picture');
  expect(fileKind(bytes(0x50, 0x4b, 3, 4)).kind).toBe('zip');
  expect(fileKind(bytes(0x50, 0x41, 0x52, 0x31)).kind).toBe('parquet');

  expect(fileKind(bytes(0x1f, 0x8b)).kind).toBe('gzip');
  const tar = text('cifar-10-batches-bin/');
  tar.set(new TextEncoder().encode('ustar'), 257);
  expect(fileKind(tar).kind).toBe('tar');
});

it('takes a record of label 9, the tab of ASCII, for a record even if all its pixels are printable', () => {
  const head = text('\t').fill(65, 1);
  expect(fileKind(head).kind).toBe('records');
});

it('leaves unknown bytes to the checks of the records', () => {
  expect(fileKind(bytes(77)).kind).toBe('records');
  expect(fileKind(new Uint8Array(0)).kind).toBe('records');
});
