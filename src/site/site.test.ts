import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compressFolder } from './compress.ts';
import { builtSite } from './serve.ts';

const FILES = {
  'index.html': `<!doctype html>${'<p>dense and gated</p>'.repeat(100)}`,
  'assets/index-A1b2C3d4.js': 'export const gate = (open) => open;\n'.repeat(100),
  'assets/small-A1b2C3d4.js': 'export const one = 1;\n',
  'wasm/kernels.wasm': 'a module '.repeat(200),
  'recorded/run.json': '[0.1, 0.2]'.repeat(200),
};
/** Bytes with nothing to gain. */
const NOISE = randomBytes(2000);

let root: string;
let server: PreviewServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'dualgate-site-'));
  for (const folder of ['assets', 'wasm', 'recorded'])
    mkdirSync(join(root, 'dist', folder), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(root, 'dist', name), text);
  writeFileSync(join(root, 'dist/noise.bin'), NOISE);
  await compressFolder(join(root, 'dist'));
  server = await preview({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [builtSite],
    preview: { port: 0, host: '127.0.0.1', headers: { 'X-Of': 'vite' } },
  });
});

afterAll(async () => {
  await server?.close();
  rmSync(root, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer as it came over the wire: nothing is unpacked. */
async function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const url = new URL(path, server.resolvedUrls!.local[0]);
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      const { statusCode: status, headers } = response;
      buffer(response).then((body) => resolve({ status, headers, body }), reject);
    })
      .once('error', reject)
      .end();
  });
}

const SCRIPT = '/assets/index-A1b2C3d4.js';
const BROWSER = { 'accept-encoding': 'gzip, deflate, br, zstd' };

describe('compressed neighbours', () => {
  it('lie beside what has something to gain, in both encodings, and beside nothing else', () => {
    const names = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /\.(br|gz)$/.test(name)).toSorted()).toEqual(
      ['assets/index-A1b2C3d4.js', 'index.html', 'recorded/run.json', 'wasm/kernels.wasm'].flatMap((name) => [
        `${name}.br`,
        `${name}.gz`,
      ]),
    );
  });
});

describe('the server of the built site', () => {
  it.each([
    ['/', 'text/html;charset=utf-8', FILES['index.html'], 'no-cache'],
    [SCRIPT, 'text/javascript', FILES['assets/index-A1b2C3d4.js'], 'public, max-age=31536000, immutable'],
    ['/wasm/kernels.wasm', 'application/wasm', FILES['wasm/kernels.wasm'], 'no-cache'],
    ['/recorded/run.json?v=1', 'application/json', FILES['recorded/run.json'], 'no-cache'],
  ])(
    'sends %s compressed, with its kind and the time that it may be kept',
    async (path, kind, text, kept) => {
      const brotli = await get(path, BROWSER);
      expect(brotli.headers).toMatchObject({
        'content-encoding': 'br',
        'content-type': kind,
        'cache-control': kept,
        vary: 'Accept-Encoding',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'cross-origin',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      expect(Number(brotli.headers['content-length'])).toBe(brotli.body.length);
      expect(brotli.body.length).toBeLessThan(text.length / 2);
      expect(brotliDecompressSync(brotli.body).toString()).toBe(text);
      const gzip = await get(path, { 'accept-encoding': 'gzip' });
      expect(gzip.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(gzip.body).toString()).toBe(text);
    },
  );

  it.each([
    ['no encoding', {}],
    ['identity', { 'accept-encoding': 'identity' }],
    ['none of ours', { 'accept-encoding': 'zstd, deflate' }],
    ['ours with weight zero', { 'accept-encoding': 'br;q=0, gzip; q=0.0' }],
  ])('sends a file as it is to a client that asks for %s', async (_, headers) => {
    const plain = await get(SCRIPT, headers);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.headers.vary).toBe('Accept-Encoding');
    expect(plain.body.toString()).toBe(FILES['assets/index-A1b2C3d4.js']);
  });

  it('sends what has no neighbour as it is', async () => {
    for (const [path, bytes] of [
      ['/assets/small-A1b2C3d4.js', Buffer.from(FILES['assets/small-A1b2C3d4.js'])],
      ['/noise.bin', NOISE],
    ] as const) {
      const { headers, body } = await get(path, BROWSER);
      expect(headers).not.toHaveProperty('content-encoding');
      expect(body.equals(bytes)).toBe(true);
    }
  });

  it('answers 304 with its headers to who has the same encoding already, and only to them', async () => {
    const first = await get('/', BROWSER);
    const again = await get('/', { ...BROWSER, 'if-none-match': first.headers.etag! });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(again.headers).toMatchObject({
      etag: first.headers.etag,
      vary: 'Accept-Encoding',
      'cache-control': 'no-cache',
    });
    const plain = await get('/', { 'if-none-match': first.headers.etag! });
    expect(plain.status).toBe(200);
    expect(plain.headers.etag).not.toBe(first.headers.etag);
    expect(plain.body.toString()).toBe(FILES['index.html']);
  });

  it('cuts ranges from the file itself, not from a compressed neighbour', async () => {
    const text = FILES['recorded/run.json'];
    const path = '/recorded/run.json';
    const between = await get(path, { ...BROWSER, range: 'bytes=10-19' });
    expect([between.status, between.body.toString()]).toEqual([206, text.slice(10, 20)]);
    expect(between.headers['content-range']).toBe(`bytes 10-19/${text.length}`);
    expect(between.headers).not.toHaveProperty('content-encoding');
    const rest = await get(path, { range: `bytes=${text.length - 3}-` });
    expect([rest.status, rest.body.toString()]).toEqual([206, text.slice(-3)]);
    const behind = await get(path, { range: `bytes=${text.length}-` });
    expect([behind.status, behind.headers['content-range']]).toEqual([416, `bytes */${text.length}`]);
  });

  it.each([
    [{ range: 'bytes=-5' }],
    [{ range: 'bytes=9-3' }],
    [{ range: 'bytes=0-1,4-5' }],
    [{ range: 'lines=1-2' }],
    [{ range: 'bytes=0-9', 'if-range': '"another"' }],
  ])('answers %j with the whole file', async (headers) => {
    const whole = await get('/recorded/run.json', headers);
    expect([whole.status, whole.body.toString()]).toEqual([200, FILES['recorded/run.json']]);
  });

  it('leaves to Vite what the site does not have, without a word that it may be kept', async () => {
    const { headers } = await get('/assets/gone-A1b2C3d4.js', { 'if-none-match': 'W/"1-2"' });
    expect(headers).not.toHaveProperty('etag', 'W/"1-2"');
    expect(headers['cache-control']).not.toContain('immutable');
    // Vite's own answer: the page, with the headers of its configuration.
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'x-of': 'vite' });
  });
});
