import { describe, expect, it } from 'vitest';
import { decodeRecords } from '../formats/cifar.ts';
import { makeRecords } from '../formats/records.fixture.ts';
import { BrokenOffError, DataError } from './dataset.ts';
import { fingerprintOf } from './imagesFile.ts';
import { BASE, Gates, PARTED, PARTED_FILES, serve } from './partedSet.fixture.ts';
import { type Fetching, PartedImages, type PartedSet } from './partedSet.ts';

/** The set's images, as one file of training images and one of test images would give them. */
function whole() {
  const joined = PARTED.train.flatMap(({ path }) => [...PARTED_FILES[path]!]);
  const read = (bytes: Uint8Array) => decodeRecords('Parted', [{ name: 'all', bytes }]);
  return { train: read(Uint8Array.from(joined)), test: read(PARTED_FILES['set/test.bin']!) };
}

const WHOLE = { train: 8, test: true };
const FIRST = { train: 3, test: false };

function open(changes: Partial<Fetching> = {}, set: PartedSet = PARTED) {
  return new PartedImages(set, { base: BASE, fetch: serve(PARTED_FILES), ...changes });
}

describe('a set in parts', () => {
  it('is in the end the set that one file would have given', async () => {
    const parts = open();
    await parts.until(WHOLE);
    const { train, test } = whole();
    expect(parts.images).toEqual({ train: { ...train, name: 'Parted', part: 3 }, test });
    expect([parts.there, parts.received, parts.total]).toEqual([WHOLE, 10, 10]);
  });

  it('gives its first images as soon as they are there, and the others by and by', async () => {
    const gates = new Gates(PARTED_FILES);
    const parts = open({ fetch: gates.fetch });
    const asked: string[] = [];
    const follow = async (needed: typeof WHOLE, word: string) => {
      await parts.until(needed);
      asked.push(`${word} ${parts.there.train} ${parts.there.test}`);
    };
    const first = follow(FIRST, 'first');
    const rest = [
      follow({ train: 1, test: true }, 'test'),
      follow({ train: 6, test: false }, 'six'),
      follow(WHOLE, 'all'),
    ];
    await gates.release();
    await first;
    expect(asked).toEqual(['first 3 false']);
    const { train } = whole();
    const image = 3 * 32 * 32;
    expect(parts.images.train.pixels.subarray(0, 3 * image)).toEqual(train.pixels.subarray(0, 3 * image));
    expect(parts.images.train.pixels.subarray(3 * image).some((byte) => byte > 0)).toBe(false);
    for (let file = 0; file < 3; file++) await gates.release();
    await Promise.all(rest);
    expect(asked).toEqual(['first 3 false', 'test 3 true', 'six 6 true', 'all 8 true']);
    expect(gates.asked).toEqual(['set/1.bin', 'set/test.bin', 'set/2.bin', 'set/3.bin']);
  });

  it('counts bytes and images as they come', async () => {
    const seen: number[] = [];
    await open({ onBytes: (bytes) => seen.push(bytes) }).until(WHOLE);
    expect(seen.at(-1)).toBe(10 * 3073);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('goes on where a fetch broke off: by itself after each wait, and when it is asked again', async () => {
    let [fails, tries] = [3, 0];
    const served = serve(PARTED_FILES);
    const fetch = async (url: string) => {
      if (!url.endsWith('2.bin')) return served(url);
      tries++;
      return fails-- > 0 ? Promise.reject(new TypeError('reset')) : served(url);
    };
    const parts = open({ fetch, waitsMs: [1, 1] });
    await parts.until(FIRST);
    await expect(parts.until(WHOLE)).rejects.toThrow(BrokenOffError);
    expect([tries, parts.there]).toEqual([3, { train: 3, test: true }]);
    await parts.until(WHOLE);
    expect([tries, parts.images.train.pixels]).toEqual([4, whole().train.pixels]);
  });

  it('does not try its first file again, so that whoever begins hears of it at once', async () => {
    let tries = 0;
    const fetch = async () => {
      tries++;
      throw new TypeError('Failed to fetch');
    };
    await expect(open({ fetch, waitsMs: [1, 1] }).until(FIRST)).rejects.toThrow(/got Failed to fetch/);
    expect(tries).toBe(1);
  });

  it('refuses a file that was cut, and one with labels of other classes', async () => {
    const cut = { ...PARTED_FILES, 'set/2.bin': PARTED_FILES['set/2.bin']!.slice(0, -1) };
    await expect(open({ fetch: serve(cut) }).until(WHOLE)).rejects.toThrow(
      /set\/2\.bin broke off .* must have 9219 bytes, got 9218\. Load the page again\.$/,
    );
    const wrong = { ...PARTED_FILES, 'set/2.bin': new Uint8Array(3 * 3073).fill(11) };
    await expect(open({ fetch: serve(wrong) }).until(WHOLE)).rejects.toThrow(/label of record 0/);
  });

  it('is held to its fingerprint, which is known before', async () => {
    const fingerprint = await fingerprintOf(whole());
    await open({}, { ...PARTED, fingerprint }).until(WHOLE);
    const others = { ...PARTED_FILES, 'set/3.bin': makeRecords(2, 4) };
    const parts = open({ fetch: serve(others) }, { ...PARTED, fingerprint });
    await parts.until({ train: 6, test: true });
    const refused = parts.until(WHOLE);
    await expect(refused).rejects.toThrow(/these are not its images: their fingerprint must be/);
    await expect(refused).rejects.not.toThrow(BrokenOffError);
    await expect(refused).rejects.toThrow(DataError);
    expect(parts.there.train).toBe(6);
  });
});
