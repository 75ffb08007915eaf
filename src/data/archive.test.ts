import { createTar } from 'nanotar';
import { expect, it } from 'vitest';
import { TarWalker } from './archive.ts';

/** The members of a tar that arrives in pieces of `piece` bytes; memory is given for names with an "x". */
function walk(tar: Uint8Array, piece: number) {
  const seen: string[] = [];
  const kept = new Map<string, Uint8Array>();
  const walker = new TarWalker('some.tar', ({ name, size }) => {
    seen.push(name);
    if (!name.includes('x')) return null;
    const bytes = new Uint8Array(size);
    kept.set(name, bytes);
    return bytes;
  });
  for (let at = 0; at < tar.length; at += piece) walker.write(tar.subarray(at, at + piece));
  walker.end();
  return { seen, kept };
}

const data = (length: number, start: number) => Uint8Array.from({ length }, (_, i) => (start + 3 * i) % 251);
const tar = createTar([
  { name: 'folder/' },
  { name: 'folder/ax.bin', data: data(1025, 1) },
  { name: 'folder/b.bin', data: data(700, 2) },
  { name: 'folder/empty-x.bin', data: new Uint8Array(0) },
  { name: 'cx.bin', data: data(512, 3) },
]);

it.each([1, 63, 511, 512, 513, 100_000])('walks a tar that comes in pieces of %i bytes', (piece) => {
  const { seen, kept } = walk(tar, piece);
  expect(seen).toEqual(['ax.bin', 'b.bin', 'empty-x.bin', 'cx.bin']);
  expect([...kept.keys()]).toEqual(['ax.bin', 'empty-x.bin', 'cx.bin']);
  expect(kept.get('ax.bin')).toEqual(data(1025, 1));
  expect(kept.get('cx.bin')).toEqual(data(512, 3));
});

it('says where a tar breaks off', () => {
  expect(() => walk(tar.subarray(0, 512 * 2 + 800), 400)).toThrow(
    /some\.tar is truncated.*800 of the 1025 bytes of ax\.bin/,
  );
  expect(() => walk(tar.subarray(0, 100), 400)).toThrow(/100 bytes of its first header/);
});

it('refuses bytes that are no tar header, by the checksum that every header has', () => {
  const broken = tar.slice();
  broken[512 + 3] = broken[512 + 3]! ^ 1;
  expect(() => walk(broken, 512)).toThrow(/no tar archive, or damaged/);
  expect(() => walk(data(2000, 9), 512)).toThrow(/expected a tar header at its start/);
});
