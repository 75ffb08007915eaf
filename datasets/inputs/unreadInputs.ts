import { HEIC_FILE, type Input, latin, text } from './inputs.ts';
import type { Bytes } from './pack.ts';

/** Files alone that are not read, by what their refusal calls them. */
const UNREAD: readonly (readonly [path: string, bytes: Bytes, words: string])[] = [
  ['a.heic', HEIC_FILE, 'a HEIC photograph'],
  ['a.avif', latin('\0\0\0\x1cftypavif\0\0\0\0'), 'an AVIF image'],
  ['a.mp4', latin('\0\0\0\x18ftypisom'), 'an MP4 video'],
  ['a.gif', latin('GIF89a'), 'a GIF image'],
  ['a.tga', latin('\0\0\x02\0\0\0\0\0\0\0\0\0\x08\0\x08\0\x18\0'), 'a TGA image'],
  ['a.pcx', latin('\n\x05\x01\x08'), 'a PCX image'],
  ['a.hdr', latin('#?RGBE\n'), 'a Radiance image'],
  ['a.xcf', latin('gimp xcf file\0'), 'a GIMP document'],
  ['a.raw', latin('\x90\x80\xff\xf0'), 'raw pixels'],
  ['a.tif', latin('II*\0'), 'a TIFF image'],
  ['data_batch_1', latin('\x80\x04\x95'), 'a Python pickle (protocol 4)'],
  ['a.npy', latin('\x93NUMPY\x01\0'), 'a NumPy array'],
  ['train-images-idx3-ubyte', latin('\0\0\x08\x03\0\0\xea\x60'), 'an IDX file'],
  ['cifar-10-binary.tar.gz', text('<!DOCTYPE html><html>Sign in</html>'), 'a web page'],
  ['a.7z', latin('7z\xbc\xaf\x27\x1c'), 'a 7-Zip archive'],
  ['a.tar.bz2', latin('BZh91AY&SY'), 'a bzip2 file'],
  ['a.tar.xz', latin('\xfd7zXZ\0'), 'an xz file'],
  ['a.rar', latin('Rar!\x1a\x07'), 'a RAR archive'],
  ['a.h5', latin('\x89HDF\r\n'), 'an HDF5 file'],
  ['a.parquet', text('version https://git-lfs.github.com/spec/v1\n'), 'a pointer of Git LFS'],
  ['a.xyz', Uint8Array.of(200, 1, 2, 3, 250, 0, 7), 'begin with c8 01 02 03'],
  ['data_batch_1.bin', new Uint8Array(3000), 'truncated'],
];
export const ALONE: readonly Input[] = UNREAD.map(([path, bytes, words]) => ({
  name: `alone: ${path}, ${words}`,
  files: () => [{ path, bytes }],
  stated: { refused: words },
}));
