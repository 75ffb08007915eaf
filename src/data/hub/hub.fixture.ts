import type { IncomingMessage, ServerResponse } from 'node:http';
import { makeParquet } from '../formats/parquet/parquet.fixture.ts';
import { pngOf } from '../pictures/picture.fixture.ts';

// The Hub and its storage host for tests: they answer with the headers that the real ones send in 2026
// (values shortened). One path has one file. Preflights are refused, as the real redirect refuses them.

/** A file that is served. It is read by ranges, so it may claim to be larger than the bytes that exist. */
export interface ServedFile {
  readonly size: number;
  read(start: number, end: number): Uint8Array;
}

/** What goes wrong with a request. */
export type Trouble =
  | { readonly kind: 'status'; readonly host: 'hub' | 'storage'; readonly status: number }
  /** The connection is cut after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** After so many bytes nothing more comes, and the connection stays open. */
  | { readonly kind: 'stall'; readonly after: number }
  /** The storage host does not let a web page read its answer. */
  | { readonly kind: 'no-cors' }
  /** The bytes come, but the page may not see how long the file is. */
  | { readonly kind: 'hidden-length' };

export interface SeenRequest {
  readonly host: 'hub' | 'storage';
  readonly method: string;
  readonly path: string;
  /** The request's Range header. */
  readonly range: string | null;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface HubStandIn {
  /** Files by their path below the repository. */
  files: Readonly<Record<string, ServedFile>>;
  /** It is called for every request, in order, and gives what goes wrong with it; null: nothing. */
  trouble: (request: SeenRequest, index: number) => Trouble | null;
  readonly seen: SeenRequest[];
  /** Requests of the storage host for a part, in order: path and range. */
  parts(): string[];
  handle(request: IncomingMessage, response: ServerResponse): void;
}

const EXPOSED =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag,X-Xet-Hash';

/**
 * @param storage origin that files are redirected to; requests to its host are answered as the storage host
 *   does
 */
export function hubStandIn(storage: string): HubStandIn {
  const stand: HubStandIn = {
    files: {},
    trouble: () => null,
    seen: [],
    parts: () =>
      stand.seen
        .filter(({ host, range }) => host === 'storage' && range !== null)
        .map(({ path, range }) => `${path} ${range}`),
    handle: (request, response) => {
      const url = new URL(request.url ?? '/', 'http://any');
      const host = request.headers.host === new URL(storage).host ? 'storage' : 'hub';
      const path = /\/resolve\/[0-9a-f]{40}\/(.+)$/.exec(url.pathname)?.[1] ?? url.pathname.slice(1);
      const seen: SeenRequest = {
        ...{ host, method: request.method ?? '', path },
        ...{ range: request.headers.range ?? null, headers: request.headers },
      } as const;
      const trouble = stand.trouble(seen, stand.seen.length);
      stand.seen.push(seen);
      const file = stand.files[path];
      if (seen.method === 'OPTIONS') response.writeHead(403).end('preflights are refused');
      else if (trouble?.kind === 'status' && trouble.host === host) answer(response, trouble.status);
      else if (file === undefined) answer(response, 404);
      else if (host === 'hub')
        redirect(response, request, `${storage}/${path}?X-Amz-Expires=3600&Signature=none`, file);
      else send(response, seen, file, trouble);
    },
  };
  return stand;
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': EXPOSED,
  });
  response.end(`status ${status}`);
}

function redirect(
  response: ServerResponse,
  request: IncomingMessage,
  location: string,
  file: ServedFile,
): void {
  response.writeHead(302, {
    'content-type': 'text/plain; charset=utf-8',
    location,
    'access-control-allow-origin': request.headers.origin ?? 'https://huggingface.co',
    vary: 'Origin, Accept',
    'access-control-expose-headers': EXPOSED,
    'access-control-max-age': '86400',
    'accept-ranges': 'bytes',
    'x-repo-commit': '0000000000000000000000000000000000000000',
    'x-linked-size': String(file.size),
    'x-linked-etag': '"0000"',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'strict-origin-when-cross-origin',
  });
  response.end(`Found. Redirecting to ${location}`);
}

function send(response: ServerResponse, seen: SeenRequest, file: ServedFile, trouble: Trouble | null): void {
  const common = {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: '"0000"',
    'cache-control': 'public, max-age=31536000',
    ...(trouble?.kind !== 'no-cors' && { 'access-control-allow-origin': '*' }),
    ...(trouble?.kind !== 'hidden-length' && { 'access-control-expose-headers': '*' }),
  };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(seen.range ?? '') ?? [];
  if (seen.method === 'HEAD') {
    response.writeHead(200, { ...common, 'content-length': file.size }).end();
    return;
  }
  const start = Number(first ?? 0);
  const end = first === undefined ? file.size : Math.min(file.size, Number(last) + 1);
  if (start >= file.size || end <= start) {
    response.writeHead(416, { ...common, 'content-range': `bytes */${file.size}` }).end();
    return;
  }
  // A page that may not see the length may not see this header either. Node's fetch hides no header, so it is
  // left out.
  const range =
    trouble?.kind === 'hidden-length' ? {} : { 'content-range': `bytes ${start}-${end - 1}/${file.size}` };
  response.writeHead(206, { ...common, ...range, 'content-length': end - start });
  const body = file.read(start, end);
  if (trouble?.kind === 'stall') response.write(body.subarray(0, trouble.after));
  else if (trouble?.kind !== 'cut') response.end(body);
  else response.write(body.subarray(0, trouble.after), () => response.socket?.end());
}

/** A served file of exactly these bytes. */
export function servedBytes(bytes: Uint8Array): ServedFile {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** A parquet file that is `size` bytes long: zeros lie between its pages and its footer. */
export function servedAtSize(parquet: Uint8Array, size: number): ServedFile {
  const footer = new DataView(parquet.buffer, parquet.byteOffset).getUint32(parquet.length - 8, true) + 8;
  const head = parquet.subarray(0, parquet.length - footer);
  const tail = parquet.subarray(parquet.length - footer);
  if (size < parquet.length) throw new RangeError(`servedAtSize: the file has ${parquet.length} bytes`);
  return {
    size,
    read: (start, end) => {
      const bytes = new Uint8Array(end - start);
      const put = (part: Uint8Array, at: number) => {
        const from = Math.max(start, at);
        const to = Math.min(end, at + part.length);
        if (from < to) bytes.set(part.subarray(from - at, to - at), from - start);
      };
      put(head, 0);
      put(tail, size - footer);
      return bytes;
    },
  };
}

/** A table in the layout of CIFAR-10's: rows in groups of 100, labels in mixed order. */
export function cifarTable(
  rows: number,
  pictures: readonly Uint8Array[] = Array.from({ length: 20 }, (_, seed) => pngOf(seed)),
): Uint8Array<ArrayBuffer> {
  const list = Array.from({ length: rows }, (_, i) => ({
    picture: pictures[i % pictures.length]!,
    label: (7 * i) % 10,
  }));
  return makeParquet(list, { image: 'img', rowsPerGroup: 100 });
}
