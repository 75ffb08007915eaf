import { describe, expect, it } from 'vitest';
import { makeRecords } from '../formats/records.fixture.ts';
import { DataError } from './dataset.ts';
import { beginEmoji10, EMOJI10_FINGERPRINTS, loadEmoji10 } from './embedded.ts';
import { BASE, Gates, serve } from './partedSet.fixture.ts';

// The real images are composed in a test beside their maker (datasets/emoji10).

const FIRST = { 'emoji10/train-1.bin': makeRecords(1000) };

describe('Emoji-10', () => {
  it('begins with its first thousand images, and tells what is known of the others', async () => {
    const gates = new Gates(FIRST);
    const seen: [number, number][] = [];
    const onProgress = (done: number, total: number) => seen.push([done, total]);
    const begun = beginEmoji10({ base: BASE, fetch: gates.fetch, test: 'same-styles', onProgress }, []);
    await gates.release();
    const { train, test, arrival, fingerprint, pixelFloors } = await begun;
    expect([train.count, train.part, test.count]).toEqual([5000, 1000, 1000]);
    expect(arrival!.there).toEqual({ train: 1000, test: false });
    expect([...train.labels.subarray(998, 1002)]).toEqual([8, 9, 0, 0]);
    expect([fingerprint, pixelFloors?.rawPixels]).toEqual([EMOJI10_FINGERPRINTS['same-styles'], 0.599]);
    expect(seen.at(-1)).toEqual([1000 * 3073, 1000 * 3073]);
    const waits = arrival!.until({ train: 0, test: true });
    await gates.release();
    await expect(waits).rejects.toThrow('emoji10/test-same-styles.bin, got a web page');
  });

  it('says what to do when its files are not there', async () => {
    const loading = loadEmoji10({ base: BASE, fetch: serve(FIRST), test: 'unseen-style' });
    await expect(loading).rejects.toThrow(
      /emoji10\/test-unseen-style\.bin, got a web page\. Build them with “npm run data”/,
    );
    const offline = beginEmoji10({
      base: BASE,
      fetch: async () => Promise.reject(new TypeError('Failed to fetch')),
      test: 'same-styles',
    });
    await expect(offline).rejects.toBeInstanceOf(DataError);
  });
});
