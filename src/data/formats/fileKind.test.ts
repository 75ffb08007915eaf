import { expect, it } from 'vitest';
import { fileKind } from './fileKind.ts';
import { HEAD_BYTES, unreadKind } from './signatures.ts';

const text = (words: string) => new TextEncoder().encode(words.padEnd(HEAD_BYTES));
const bytes = (...head: number[]) => Uint8Array.of(...head, ...new Array<number>(HEAD_BYTES).fill(200));

const at = (position: number, words: string) => {
  const head = bytes();
  head.set(
    Array.from(words, (letter) => letter.charCodeAt(0)),
    position,
  );
  return head;
};

it.each([
  ['a GIF image', at(0, 'GIF89a')],
  ['a HEIC photograph', at(0, '\0\0\0\x18ftypheic')],
  ['a HEIC photograph', at(0, '\0\0\0\x18ftypmif1')],
  ['an AVIF image', at(0, '\0\0\0\x1cftypavif')],
  ['an MP4 video', at(0, '\0\0\0\x18ftypisom')],
  ['a QuickTime video', at(0, '\0\0\0\x14ftypqt  ')],
  ['a video', at(0, '\x1a\x45\xdf\xa3')],
  ['a JPEG XL image', at(0, '\0\0\0\x0cJXL \r\n\x87\n')],
  ['a TIFF image or a camera’s raw file', at(0, 'MM\0*')],
  ['a BMP image', at(0, 'BM')],
  ['a Netpbm image (PGM, PPM)', at(0, 'P6\n32 32')],
  ['a DICOM image', at(128, 'DICM')],
  ['a Python pickle (protocol 2)', bytes(0x80, 2)],
  ['a Python pickle (protocol 4)', bytes(0x80, 4, 0x95)],
  ['a Python pickle (protocol 5)', bytes(0x80, 5, 0x95)],
  ['a Python pickle (protocol 0 or 1)', text("(dp0\nS'data'\n")],
  ['a NumPy array', at(0, '\x93NUMPY')],
  ['an HDF5 file', at(0, '\x89HDF\r\n')],
  ['a MATLAB file', text('MATLAB 5.0 MAT-file')],
  ['an IDX file, as MNIST has', at(0, '\0\0\x08\x03\0\0\xea\x60')],
  ['an LMDB database', at(16, '\xde\xc0\xef\xbe')],
  ['a TFRecord', at(0, '\x20\x0c\0\0\0\0\0\0abcd\n')],
  ['a PDF document', at(0, '%PDF-1.7')],
  ['a RAR archive', at(0, 'Rar!\x1a\x07')],
  ['a web page (HTML)', text('\n<!DOCTYPE html><title>Not found</title>')],
  ['a web page (HTML)', text('<html lang="fr"><title>Accès refusé</title>')],
  ['an XML file', text('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
  ['an SVG drawing', text('<svg xmlns="http://www.w3.org/2000/svg">')],
  ['a pointer of Git LFS in place of the file', text('version https://git-lfs.github.com/spec/v1\n')],
  ['a JSON file', text('{"format": "other"}')],
  ['a text file', text('airplane\navion à réaction\n')],
  ['a text file', new TextEncoder().encode('café')],
])('knows %s by its first bytes', (words, head) => {
  const found = fileKind(head, false);
  expect(found.kind === 'other' && found.other.words).toBe(words);
});

it('takes what begins by chance like another kind for records, where the size is theirs', () => {
  for (const head of [at(0, '\0\0\x08\x03'), at(0, '\x07BM'), at(0, 'BM'), at(0, '\x01\0\0\0\0\0\0\0abcd\n')])
    expect(fileKind(head, true).kind).toBe('records');
  expect(unreadKind(at(0, '\0\0\0\x18ftypheic'), true)?.label).toBe('HEIC');
});

it('knows what can be read', () => {
  expect(fileKind(bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), true).kind).toBe('picture');
  expect(fileKind(bytes(0xff, 0xd8, 0xff, 0xe0), true).kind).toBe('picture');
  expect(fileKind(bytes(0x50, 0x4b, 3, 4), true).kind).toBe('zip');
  expect(fileKind(bytes(0x50, 0x41, 0x52, 0x31), true).kind).toBe('parquet');

  expect(fileKind(bytes(0x1f, 0x8b), true).kind).toBe('gzip');
  const tar = text('cifar-10-batches-bin/');
  tar.set(new TextEncoder().encode('ustar'), 257);
  expect(fileKind(tar, false).kind).toBe('tar');
});

it('takes a record of label 9, the tab of ASCII, for a record even if all its pixels are printable', () => {
  const head = text('\t').fill(65, 1);
  expect(fileKind(head, true).kind).toBe('records');
});

it('leaves unknown bytes to the checks of the records', () => {
  expect(fileKind(bytes(77), true).kind).toBe('records');
  expect(fileKind(new Uint8Array(0), true).kind).toBe('records');
});
