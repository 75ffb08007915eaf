import { beforeEach, describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { readingBoth } from '../formats/given.fixture.ts';
import { makeRecords } from '../formats/records.fixture.ts';
import { fingerprintOf } from './imagesFile.ts';
import { browserInMemory, copyOfKept, KEPT } from './keptImages.fixture.ts';
import { keptImages } from './keptImages.ts';
import { BASE, PARTED, PARTED_FILES, serve } from './partedSet.fixture.ts';
import { PartedImages } from './partedSet.ts';

// What each text about the page's own images and about kept copies advises, done.

const page = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
const broken = () =>
  new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError('reset')) }));
const cut = () => new Response(makeRecords(1));
/** Loads the first images of the set, and then the others, which break off the first time. */
const resumed = (tries: number) => async () => {
  const served = serve(PARTED_FILES);
  let fails = 1;
  const fetch = async (url: string) => (url.endsWith('2.bin') && fails-- > 0 ? broken() : served(url));
  const parts = new PartedImages(PARTED, { base: BASE, fetch, waitsMs: [] });
  await parts.until({ train: 3, test: true });
  const rest = () => parts.until({ train: 8, test: true });
  if (tries > 1) await expect(rest()).rejects.toThrow('Resume asks for it again');
  await rest();
};
/** Loads a set of the site, all of whose files are the given answer, or those of the set. */
const parted = (answer?: () => Response, fingerprint?: string) => async () => {
  const fetch = answer ? async () => answer() : serve(PARTED_FILES);
  const parts = new PartedImages({ ...PARTED, ...(fingerprint && { fingerprint }) }, { base: BASE, fetch });
  await parts.until({ train: 8, test: true });
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
    'images of the site that were not built',
    parted(page),
    /got a web page\. Build them with “npm run data” and load the page again\.$/,
    parted(),
  ],
  [
    'images of the site that break off',
    parted(broken),
    /broke off .*: reset\. Load the page again\.$/,
    parted(),
  ],
  [
    'images of the site that break off while a run trains',
    resumed(1),
    /broke off .*: reset\. Resume asks for it again\.$/,
    resumed(2),
  ],
  ['images of the site that are cut', parted(cut), /got 3073\. Load the page again\.$/, parted()],
  [
    'other images than those of the site',
    parted(undefined, 'ab'.repeat(32)),
    /these are not its images: .*Build them with “npm run data” and load the page again\.$/,
    parted(),
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
