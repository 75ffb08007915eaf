import { createTar } from 'nanotar';
import { expect, it } from 'vitest';
import { collect, TarWalker } from './archive.ts';

/**
 * The members of a tar that arrives in pieces of `piece` bytes. Members whose name has an "x" are read into
 * memory.
 */
function walk(tar: Uint8Array, piece: number) {
  const seen: string[] = [];
  const kept = new Map<string, Uint8Array>();
  const walker = new TarWalker('some.tar', ({ path, size }) => {
    seen.push(path);
    return path.includes('x') ? collect(path, size, 2000, (bytes) => kept.set(path, bytes)) : null;
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
  expect(seen).toEqual(['folder/ax.bin', 'folder/b.bin', 'folder/empty-x.bin', 'cx.bin']);
  expect([...kept.keys()]).toEqual(['folder/ax.bin', 'folder/empty-x.bin', 'cx.bin']);
  expect(kept.get('folder/ax.bin')).toEqual(data(1025, 1));
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

it('follows long names: ustar’s prefix, GNU’s and pax’s', () => {
  const block = (name: string, type: string, size: number, prefix = '') => {
    const header = new Uint8Array(512);
    const put = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
    put(name, 0);
    put(`${size.toString(8).padStart(11, '0')}\0`, 124);
    put(type, 156);
    put('ustar\0' + '00', 257);
    put(prefix, 345);
    const sum = header.reduce((all, byte) => all + byte, 8 * 32);
    put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return header;
  };
  const body = (text: string) => new TextEncoder().encode(text.padEnd(512, '\0'));
  const path = `x/${'long'.repeat(40)}.png`;
  const record = ` path=${path}\n`;
  const pax = `${record.length + 3}${record}`;
  const parts = [
    ...[block('b.png', '0', 1, 'x/some/folder'), body('1')],
    ...[
      block('././@LongLink', 'L', path.length + 1),
      body(path),
      block(path.slice(0, 100), '0', 1),
      body('2'),
    ],
    ...[block('PaxHeaders/c', 'x', pax.length), body(pax), block('c', '0', 1), body('3')],
    ...[block('x/d.png', '0', 0), new Uint8Array(1024)],
  ];
  const { seen } = walk(new Uint8Array(parts.flatMap((part) => [...part])), 700);
  expect(seen).toEqual(['x/some/folder/b.png', path, path, 'x/d.png']);
});

it('takes no memory for a member that claims too much', () => {
  expect(() => collect('huge.bin', 2 ** 40, 2 ** 20, () => {})).toThrow(
    /huge\.bin is too large.*got 1099511627776/,
  );
});
