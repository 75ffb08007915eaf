import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js';
import { createTar } from 'nanotar';
import { expect, it } from 'vitest';
import { DECODE_CASES } from '../pictures/decode.fixture.ts';
import { decodeBitmap } from '../pictures/decodeBitmap.ts';
import { type SourceFile, WHOLE } from './files.ts';
import { makeParquet } from './parquet/parquet.fixture.ts';
import { readFiles } from './readFiles.ts';

// These are the readers that the Node tests use, here on the browser's files, streams and decoder.

const file = (path: string, bytes: BlobPart): SourceFile => ({ path, file: new File([bytes], path) });
const pictures = DECODE_CASES.filter(({ tolerance }) => tolerance === 0).map(({ base64 }) =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)),
);
const ENDINGS = ['png', 'webp'];
const members = pictures.map((data, i) => ({ name: `set/class ${i}/1.${ENDINGS[i]}`, data }));

async function zip(): Promise<SourceFile> {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  for (const { name, data } of members) await writer.add(name, new Uint8ArrayReader(data));
  return file('some.zip', await writer.close());
}

async function tarGz(): Promise<SourceFile> {
  const tar = new Blob([new Uint8Array(createTar(members))]);
  return file('some.tgz', await new Response(tar.stream().pipeThrough(new CompressionStream('gzip'))).blob());
}

it.each<[string, () => Promise<SourceFile[]>]>([
  ['a folder', async () => members.map(({ name, data }) => file(name, data))],
  ['a zip', async () => [await zip()]],
  ['a tar.gz', async () => [await tarGz()]],
  [
    'a parquet table',
    async () => [file('some.parquet', makeParquet(pictures.map((picture, label) => ({ picture, label }))))],
  ],
])('reads the pictures of %s', async (_, make) => {
  expect(pictures).toHaveLength(2);
  const { train } = await readFiles(await make(), null, { ...WHOLE, decode: decodeBitmap });
  expect([train?.count, train?.size, train?.classes, ...train!.labels]).toEqual([
    2,
    8,
    ['class 0', 'class 1'],
    0,
    1,
  ]);
  // The grey PNG's first pixel, and the WebP's last.
  expect([...train!.pixels.subarray(0, 3)]).toEqual([220, 220, 220]);
  expect([...train!.pixels.subarray(-3)]).toEqual([230, 220, 40]);
});
