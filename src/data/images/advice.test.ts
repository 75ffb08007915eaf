import { beforeEach, describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { readingBoth } from '../formats/given.fixture.ts';
import { makeRecords } from '../formats/records.fixture.ts';
import { loadEmoji10 } from './embedded.ts';
import { fingerprintOf } from './imagesFile.ts';
import { browserInMemory, copyOfKept, KEPT } from './keptImages.fixture.ts';
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

let files: Map<string, Blob>;
beforeEach(() => {
  files = browserInMemory();
});

/** Takes the images of a copy, which is there if it is given. */
const kept = (bytes: Blob | null, name?: string) => async () => {
  const fingerprint = name ?? (await fingerprintOf(KEPT));
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
  ['a copy of other images', kept(copyOfKept(), 'other'), /is damaged\. Choose its files again\.$/, choose],
  [
    'a copy that is cut',
    kept(copyOfKept().slice(0, -1)),
    /is damaged: .*\. Choose its files again\.$/,
    choose,
  ],
];

describe('the advice of texts about images of the page', () => testAdvice(IMAGES));
