import { expect, it } from 'vitest';
import { makeRecords } from '../formats/records.fixture.ts';
import { DataError } from './dataset.ts';
import { loadEmoji10 } from './embedded.ts';

const BASE = 'http://localhost:1/site/';
/** A server with the files of a folder. Any other path gets the page, as on a development server. */
const serve = (files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) => async (url: string) => {
  const bytes = files[url.replace(`${BASE}emoji10/`, '')];
  return bytes
    ? new Response(bytes, { headers: { 'content-length': String(bytes.length) } })
    : new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
};
const FILES = {
  'train.bin': makeRecords(5),
  'test-unseen-style.bin': makeRecords(3, 2),
  'test-same-styles.bin': makeRecords(2, 7),
};

it('loads the training images and the test that was asked for', async () => {
  const load = (test: 'unseen-style' | 'same-styles') =>
    loadEmoji10({ base: BASE, fetch: serve(FILES), test });
  const unseen = await load('unseen-style');
  expect([unseen.train.count, ...unseen.test.labels]).toEqual([5, 2, 3, 4]);
  expect([...(await load('same-styles')).test.labels]).toEqual([7, 8]);
});

it('counts the bytes of both files', async () => {
  const seen: [number, number][] = [];
  await loadEmoji10({
    base: BASE,
    fetch: serve(FILES),
    test: 'unseen-style',
    onProgress: (done, total) => seen.push([done, total]),
  });
  expect(seen.at(-1)).toEqual([8 * 3073, 8 * 3073]);
});

it('knows what compressed files will be, and not what a server without lengths sends', async () => {
  const totals = async (headers: Record<string, string>) => {
    const seen: number[] = [];
    await loadEmoji10({
      base: BASE,
      fetch: async (url) => new Response(await (await serve(FILES)(url)).blob(), { headers }),
      test: 'unseen-style',
      onProgress: (_, total) => seen.push(total),
    });
    return new Set(seen);
  };
  expect(await totals({ 'content-encoding': 'br', 'content-length': '9' })).toEqual(new Set([6000 * 3073]));
  expect(await totals({})).toEqual(new Set([0]));
});

it('says what to do when the files are not there, also where the server answers with its page', async () => {
  const { 'train.bin': train } = FILES;
  const loading = loadEmoji10({ base: BASE, fetch: serve({ 'train.bin': train }), test: 'same-styles' });
  await expect(loading).rejects.toThrow(
    /test-same-styles\.bin, got a web page\. Build them with “npm run data”/,
  );
  const offline = loadEmoji10({
    base: BASE,
    fetch: async () => Promise.reject(new TypeError('Failed to fetch')),
    test: 'same-styles',
  });
  await expect(offline).rejects.toBeInstanceOf(DataError);
});

it('says that a file broke off, and loads it again', async () => {
  const served = serve(FILES);
  const broken = () => new ReadableStream({ pull: (controller) => controller.error(new TypeError('reset')) });
  const fetch = async (url: string) => (url.endsWith('train.bin') ? new Response(broken()) : served(url));
  const loading = loadEmoji10({ base: BASE, fetch, test: 'unseen-style' });
  await expect(loading).rejects.toThrow(
    /train\.bin broke off while it was loaded: reset\. Load the page again/,
  );
  expect((await loadEmoji10({ base: BASE, fetch: served, test: 'unseen-style' })).train.count).toBe(5);
});

it('goes through the reader of the user’s files, which refuses a file that is cut', async () => {
  const fetch = serve({ ...FILES, 'train.bin': FILES['train.bin'].slice(0, -1) });
  await expect(loadEmoji10({ base: BASE, fetch, test: 'unseen-style' })).rejects.toThrow(/truncated/);
});
