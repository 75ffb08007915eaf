import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { siteFile } from './siteFile.ts';

beforeEach(() => {
  vi.stubGlobal('document', { baseURI: 'http://localhost/a/' });
  vi.stubGlobal('fetch', async ({ pathname }: URL) => {
    if (pathname === '/a/there.json') return new Response('{}');
    if (pathname === '/a/gone.json') return new Response('', { status: 404 });
    return new Response('<!doctype html>', { headers: { 'content-type': 'text/html;charset=utf-8' } });
  });
});
afterEach(() => void vi.unstubAllGlobals());

it('a file of the site is its answer, and a missing one the status, though the page comes in its place', async () => {
  const found = await siteFile('there.json');
  expect(typeof found === 'number' ? found : await found.text()).toBe('{}');
  expect([await siteFile('gone.json'), await siteFile('other.json')]).toEqual([404, 200]);
});
