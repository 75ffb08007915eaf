import { randomBytes } from 'node:crypto';
import { memoryUsage } from 'node:process';
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/index-native.js';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../images/dataset.ts';
import { decodeGrey, pngOf } from '../../pictures/picture.fixture.ts';
import { type SourceFile, WHOLE } from '../files.ts';
import { readFiles } from '../readFiles.ts';

const MB = 2 ** 20;

async function zipOf(pictures: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false, useCompressionStream: true });
  for (const [path, bytes] of Object.entries(pictures)) await zip.add(path, new Uint8ArrayReader(bytes));
  return new Uint8Array(await (await zip.close()).arrayBuffer());
}

const file = (bytes: Uint8Array<ArrayBuffer>): SourceFile => ({
  path: 'a.zip',
  file: new File([bytes], 'a.zip'),
});

/** A picture with many bytes after its end. They pack well, but not so well that the archive is refused. */
function padded(seed: number, bytes: number): Uint8Array<ArrayBuffer> {
  const picture = new Uint8Array(bytes);
  picture.set(pngOf(seed));
  picture.set(randomBytes(bytes / 150), 1000);
  return picture;
}

describe('a zip', () => {
  it('is unpacked few pictures at a time where they are large, however small they lie in it', async () => {
    const pictures = Array.from({ length: 8 }, (_, i) => [`${i % 2}/${i}.png`, padded(i, 9 * MB)] as const);
    const bytes = await zipOf(Object.fromEntries(pictures));
    expect(bytes.length).toBeLessThan(MB);
    let unpacked = 0;
    let decoded = 0;
    let most = 0;
    const { train } = await readFiles([file(bytes)], null, {
      ...WHOLE,
      decode: async (picture, name) => {
        most = Math.max(most, unpacked - decoded++);
        return decodeGrey(picture, name);
      },
      // Every picture has more than a hundredth of all bytes, so progress is reported after each.
      onProgress: () => {
        unpacked++;
      },
    });
    expect(train?.count).toBe(8);
    // 32 MB hold three pictures of 9 MB.
    expect(most).toBe(3);
  });

  it('takes no memory for what its entries only claim', async () => {
    const pictures = Array.from({ length: 4 }, (_, i) => [
      `a/${i}.png`,
      new Uint8Array(randomBytes(0.35 * MB)),
    ]);
    const bytes = await zipOf(Object.fromEntries(pictures));
    const view = new DataView(bytes.buffer);
    let at = -1;
    for (;;) {
      // This is the header of an entry in the central directory: the unpacked size is at byte 24.
      at = Buffer.from(bytes).indexOf('PK\x01\x02', at + 1, 'latin1');
      if (at < 0) break;
      view.setUint32(at + 24, 60 * MB, true);
    }
    const before = memoryUsage().arrayBuffers;
    const reading = readFiles([file(bytes)], null, { ...WHOLE, decode: decodeGrey });
    await expect(reading).rejects.toThrow(/a\.zip: a\/0\.png is truncated or damaged/);
    await expect(reading).rejects.toBeInstanceOf(DataError);
    expect(memoryUsage().arrayBuffers - before).toBeLessThan(30 * MB);
  });
});
