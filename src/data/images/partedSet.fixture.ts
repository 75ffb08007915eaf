import { makeRecords } from '../formats/records.fixture.ts';
import type { PartedSet } from './partedSet.ts';

export const BASE = 'http://localhost:1/site/';

/** Eight training images in files of three, and two test images. */
export const PARTED: PartedSet = {
  name: 'Parted',
  train: [
    { path: 'set/1.bin', count: 3 },
    { path: 'set/2.bin', count: 3 },
    { path: 'set/3.bin', count: 2 },
  ],
  test: { path: 'set/test.bin', count: 2 },
};

export const PARTED_FILES: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  'set/1.bin': makeRecords(3),
  'set/2.bin': makeRecords(3, 3),
  'set/3.bin': makeRecords(2, 6),
  'set/test.bin': makeRecords(2, 8),
};

/** A server with these files. Any other path gets the page, as on a development server. */
export function serve(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) {
  return async (url: string): Promise<Response> => {
    const bytes = files[url.replace(BASE, '')];
    return bytes
      ? new Response(bytes)
      : new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
  };
}

/** A server that answers a request only when it is told to. */
export class Gates {
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  private readonly open: (() => void)[] = [];
  private readonly comes: (() => void)[] = [];

  constructor(private readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>) {}

  readonly fetch = async (url: string): Promise<Response> => {
    this.asked.push(url.replace(BASE, ''));
    const answered = new Promise<void>((resolve) => this.open.push(resolve));
    this.comes.shift()?.();
    await answered;
    return serve(this.files)(url);
  };

  /** Answers the oldest request, or the next one if there is none. */
  async release(): Promise<void> {
    if (this.open.length === 0) await new Promise<void>((resolve) => this.comes.push(resolve));
    this.open.shift()!();
  }
}
