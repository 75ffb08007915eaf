import { beforeEach, describe, expect, vi } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { readingBoth } from '../formats/given.fixture.ts';
import { makeRecords } from '../formats/records.fixture.ts';
import type { Dataset } from './dataset.ts';
import { loadEmoji10 } from './embedded.ts';
import { fingerprintOf, imagesPieces } from './imagesFile.ts';
import { keptImages } from './keptImages.ts';

// What each text about the page's own images and about kept copies advises, done.

const BASE = 'http://localhost:1/site/';
const page = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
const broken = () =>
  new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError('reset')) }));
const whole = () => new Response(makeRecords(5));
const emoji10 = (answer: () => Response) => async () => {
  const { train } = await loadEmoji10({ base: BASE, fetch: async () => answer(), test: 'unseen-style' });
  expect(train.count).toBe(5);
};

const part: Dataset = {
  ...{ name: 'some', count: 1, size: 1, pixels: Uint8Array.of(1, 2, 3), labels: Uint8Array.of(0) },
  ...{ classes: [], recipe: 'stl10' },
};
const DATA = { train: part, test: part };
const copy = () => new Blob(imagesPieces(DATA).map((piece) => new Uint8Array(piece)));

const files = new Map<string, Blob>();
const folder = {
  getDirectoryHandle: async () => folder,
  getFileHandle: async (name: string) => {
    const file = files.get(name);
    if (file === undefined) throw new DOMException('no such file', 'NotFoundError');
    return { getFile: async () => file };
  },
  removeEntry: async (name: string) => void files.delete(name),
};
beforeEach(() => {
  files.clear();
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => folder } });
});

/** Takes the images of a copy, which is there if it is given. */
const kept = (bytes: Blob | null, name?: string) => async () => {
  const fingerprint = name ?? (await fingerprintOf(DATA));
  if (bytes !== null) files.set(`${fingerprint}.images`, bytes);
  expect((await keptImages(fingerprint)).train.count).toBe(1);
};
const choose = readingBoth({ 'a.bin': makeRecords(4) }, {});

const IMAGES: readonly AdviceRow[] = [
  [
    'Emoji-10 that was not built',
    emoji10(page),
    /got a web page\. Build them with “npm run data” and load the page again\.$/,
    emoji10(whole),
  ],
  [
    'Emoji-10 that breaks off',
    emoji10(broken),
    /broke off .*: reset\. Load the page again\.$/,
    emoji10(whole),
  ],
  ['a copy that is gone', kept(null), /cannot be read: no such file\. Choose its files again\.$/, choose],
  ['a copy of other images', kept(copy(), 'other'), /is damaged\. Choose its files again\.$/, choose],
  ['a copy that is cut', kept(copy().slice(0, -1)), /is damaged: .*\. Choose its files again\.$/, choose],
];

describe('the advice of texts about images of the page', () => testAdvice(IMAGES));
