import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodePicture } from '../../cli/images/decodePicture.ts';
import { stream } from '../../random.ts';
import { WHOLE } from '../formats/files.ts';
import { bufferOf, makeParquet } from '../formats/parquet/parquet.fixture.ts';
import { readParquet } from '../formats/parquet/parquet.ts';
import { openParquet } from '../formats/parquet/table.ts';
import { madeAndReal } from '../formats/realData.fixture.ts';
import { decodeGrey, makePng, pngOf } from '../pictures/picture.fixture.ts';
import { type HubSet, hubSet } from './catalogue.ts';
import { memoryDirectory } from './directory.fixture.ts';
import { cifarTable, type HubStandIn, servedBytes } from './hub.fixture.ts';
import { HubError } from './hubError.ts';
import { type HubServer, hubServer } from './hubServer.fixture.ts';
import { type HubProgress, loadHub } from './loadHub.ts';
import type { Wire } from './rangeRequest.ts';
import { type RangeStore, rangeStoreIn } from './rangeStore.ts';

// The tests use a server on this machine that answers as the Hub and its storage host do.

const TRAIN = 'plain_text/train-00000-of-00001.parquet';
const TEST = 'plain_text/test-00000-of-00001.parquet';

/** The catalogue's CIFAR-10, but with tables of another size. */
function smallSet(train: number, test: number): HubSet {
  const set = hubSet('cifar10');
  return {
    ...set,
    train: { ...set.train, rows: train, files: [{ path: TRAIN, bytes: null }] },
    test: { ...set.test, rows: test, files: [{ path: TEST, bytes: null }] },
  };
}

const sampling = (train: number | null, test: number | null) => ({ ...WHOLE, limits: { train, test } });

let server: HubServer;
let hub: HubStandIn;
let wire: Wire;
let waits: number[];
let online: boolean;

beforeEach(async () => {
  server = await hubServer();
  ({ hub } = server);
  waits = [];
  online = true;
  wire = {
    ...server.wire,
    online: () => online,
    wait: async (ms) => {
      waits.push(ms);
    },
  };
  hub.files = { [TRAIN]: servedBytes(cifarTable(1200)), [TEST]: servedBytes(cifarTable(300)) };
});

afterEach(() => server.close());

const kept = async (): Promise<RangeStore> => rangeStoreIn(memoryDirectory().directory);

describe('a data set of the Hub', () => {
  const set = smallSet(1200, 300);

  it('comes by simple ranges, as many rows as were asked for, and is kept', async () => {
    const store = await kept();
    const told: HubProgress[] = [];
    const { train, test } = await loadHub(set, sampling(200, 100), {
      ...{ store, wire, decode: decodeGrey },
      onProgress: (progress) => told.push(progress),
    });
    expect([train.count, test.count, train.size, train.classes.length]).toEqual([200, 100, 8, 10]);
    expect(train).toMatchObject({ name: 'CIFAR-10', recipe: 'cifar10' });
    for (const { method, headers, range } of hub.seen) {
      expect(method).toBe('GET');
      expect(range).toMatch(/^bytes=\d+-\d+$/);
      // Node adds headers of its own. No other header may need a preflight in a browser.
      expect(Object.keys(headers).filter((name) => /^x-|authorization|if-|cache-control/.test(name))).toEqual(
        [],
      );
    }
    const last = told.at(-1)!;
    expect(last).toMatchObject({ images: 300, totalImages: 300 });
    expect(last.bytes).toBe(last.totalBytes);
    expect(last.received).toBeGreaterThan(0);

    const before = hub.seen.length;
    const again = await loadHub(set, sampling(200, 100), { store, wire: null, decode: decodeGrey });
    expect(again).toEqual({ train, test });
    expect(hub.seen).toHaveLength(before);
  });

  it('is read over the network each time where nothing is kept', async () => {
    const read = () => loadHub(set, sampling(100, 100), { store: null, wire, decode: decodeGrey });
    const first = await read();
    const requests = hub.seen.length;
    expect(await read()).toEqual(first);
    expect(hub.seen).toHaveLength(2 * requests);
  });

  it('is taken up where it was cancelled', async () => {
    // These are larger than what is read with the footer, so row groups are requested one by one.
    hub.files = {
      [TRAIN]: servedBytes(cifarTable(1200, [pngOf(3, 40)])),
      [TEST]: servedBytes(cifarTable(300)),
    };
    const store = await kept();
    const stop = new AbortController();
    const cancelled = loadHub(set, sampling(null, 100), {
      ...{ store, wire, decode: decodeGrey, signal: stop.signal },
      onProgress: ({ images }) => images >= 100 && stop.abort(new Error('enough')),
    });
    await expect(cancelled).rejects.toThrow('enough');
    const before = new Set(hub.parts());
    const whole = await loadHub(set, sampling(null, 100), { store, wire, decode: decodeGrey });
    expect(whole.train.count).toBe(1200);
    const asked = hub.parts().slice(before.size);
    expect(before.size).toBeGreaterThan(3);
    expect(asked.filter((part) => before.has(part) && !cutOff(part))).toEqual([]);
    const plain = await loadHub(set, sampling(null, 100), { store: null, wire, decode: decodeGrey });
    expect(Buffer.compare(whole.train.pixels, plain.train.pixels)).toBe(0);
    expect(whole.train.labels).toEqual(plain.train.labels);

    /** Whether a range was under way when the download was cancelled. Such ranges are requested again. */
    function cutOff(part: string): boolean {
      return [...before].slice(-4).includes(part);
    }
  });

  it('says what is missing where a run may not use the network', async () => {
    const store = await kept();
    const fault = await loadHub(set, sampling(100, 100), { store, wire: null, decode: decodeGrey }).catch(
      (e) => e,
    );
    expect(fault).toBeInstanceOf(HubError);
    expect(fault).toMatchObject({ fault: 'absent' });
    expect(hub.seen).toEqual([]);
  });

  it('asks for the length by a HEAD where the host hides it', async () => {
    hub.trouble = () => ({ kind: 'hidden-length' });
    const { train } = await loadHub(set, sampling(100, 100), {
      store: await kept(),
      wire,
      decode: decodeGrey,
    });
    expect(train.count).toBe(100);
    expect(hub.seen.some(({ method }) => method === 'HEAD')).toBe(true);
  });
});

describe('a connection that breaks off', () => {
  const set = smallSet(1200, 300);

  it('is taken up where it broke', async () => {
    hub.trouble = ({ host }, index) =>
      host === 'storage' && index % 3 === 1 ? { kind: 'cut', after: 2 } : null;
    const { train } = await loadHub(set, sampling(100, 100), {
      store: await kept(),
      wire,
      decode: decodeGrey,
    });
    expect(train.count).toBe(100);
    const starts = hub.parts().filter((part) => /bytes=0-|bytes=2-/.test(part) && part.startsWith(TRAIN));
    expect(starts).toEqual([`${TRAIN} bytes=0-3`, `${TRAIN} bytes=2-3`]);
  });

  it('is given up after some attempts, in words', async () => {
    hub.trouble = ({ host, range }) =>
      host === 'storage' && range !== 'bytes=0-3' ? { kind: 'cut', after: 0 } : null;
    const fault = await loadHub(set, sampling(100, 100), {
      store: await kept(),
      wire,
      decode: decodeGrey,
    }).catch((e) => e);
    expect(fault).toBeInstanceOf(HubError);
    expect(fault.message).toMatch(/broke off 5 times|could not be reached/);
    expect(waits).toEqual([300, 600, 1200, 2400]);
  });
});

describe('a refusal', () => {
  const set = smallSet(1200, 300);
  const faultOf = async (): Promise<HubError> => {
    const fault = await loadHub(set, sampling(100, 100), { store: null, wire, decode: decodeGrey }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(fault).toBeInstanceOf(HubError);
    return fault as HubError;
  };

  it.each([
    [403, /access refused/],
    [404, /moved or taken down/],
    [416, /no such part/],
    [451, /nobody expected/],
  ])('with %i is told at once, with the way by files', async (status, words) => {
    hub.trouble = () => ({ kind: 'status', host: 'storage', status });
    const fault = await faultOf();
    expect(fault).toMatchObject({ fault: 'status', status });
    expect(fault.message).toMatch(words);
    expect(fault.message).toContain('.parquet files yourself');
    expect(hub.parts()).toHaveLength(1);
  });

  it.each([429, 500, 503])('with %i is tried again, then told', async (status) => {
    hub.trouble = () => ({ kind: 'status', host: 'hub', status });
    expect(await faultOf()).toMatchObject({ fault: 'status', status });
    expect(waits).toHaveLength(4);
  });

  it('that passes is forgotten', async () => {
    hub.trouble = (_, index) => (index === 0 ? { kind: 'status', host: 'hub', status: 503 } : null);
    const { train } = await loadHub(set, sampling(100, 100), { store: null, wire, decode: decodeGrey });
    expect(train.count).toBe(100);
  });

  it('of a machine without network is told at once', async () => {
    online = false;
    wire = { ...wire, fetch: () => Promise.reject(new TypeError('Failed to fetch')) };
    expect(await faultOf()).toMatchObject({ fault: 'offline' });
    expect(waits).toEqual([]);
  });

  it('that the browser does not explain names what may be behind it', async () => {
    wire = { ...wire, fetch: () => Promise.reject(new TypeError('Failed to fetch')) };
    const fault = await faultOf();
    expect(fault.fault).toBe('refused');
    expect(fault.message).toMatch(/CORS[\s\S]*Failed to fetch/);
  });

  it('of the disk to keep more is told, and what was kept stays', async () => {
    const memory = memoryDirectory();
    const store = await rangeStoreIn(memory.directory);
    memory.room = 1000;
    const fault = await loadHub(set, sampling(100, 100), { store, wire, decode: decodeGrey }).catch((e) => e);
    expect(fault).toMatchObject({ fault: 'quota' });
    expect([...memory.files.keys()]).toHaveLength(1);
    expect(await store.size('cifar10')).toBe(36);
  });
});

describe('another table than the catalogue describes', () => {
  const set = smallSet(1200, 300);
  const rows = Array.from({ length: 300 }, (_, i) => ({ picture: pngOf(i % 9, 8), label: i % 10 }));
  const refused = async (changed: HubSet = set): Promise<string> => {
    const fault = await loadHub(changed, sampling(100, 100), { store: null, wire, decode: decodeGrey }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(fault).toMatchObject({ name: 'DataError', fault: 'layout' });
    expect((fault as HubError).message).toContain('.parquet files yourself');
    return (fault as HubError).message;
  };

  it('with fewer rows is refused', async () => {
    hub.files = { ...hub.files, [TRAIN]: servedBytes(cifarTable(1100)) };
    expect(await refused()).toContain('expected 1200 rows, got 1100');
  });

  it('is not kept: the right one is asked for the next time, and what is kept of the other part stays', async () => {
    const store = await kept();
    const load = () => loadHub(set, sampling(100, 100), { store, wire, decode: decodeGrey });
    hub.files = { ...hub.files, [TEST]: servedBytes(cifarTable(200)) };
    await expect(load()).rejects.toThrow('expected 300 rows, got 200');
    hub.files = { ...hub.files, [TEST]: servedBytes(cifarTable(300)) };
    hub.seen.length = 0;
    expect((await load()).test.count).toBe(100);
    expect(hub.parts().length).toBeGreaterThan(0);
    expect(hub.parts().filter((part) => part.startsWith(TRAIN))).toEqual([]);
  });

  it('without pictures, or without labels, is refused', async () => {
    const other = makeParquet(rows, { image: 'audio', label: 'genre', names: null });
    hub.files = { ...hub.files, [TEST]: servedBytes(other) };
    expect(await refused()).toContain('audio');
    const unlabelled = makeParquet(rows, { label: null });
    hub.files = { ...hub.files, [TEST]: servedBytes(unlabelled) };
    expect(await refused()).toContain('“label”');
  });

  it('of another size is refused', async () => {
    const files = [{ path: TRAIN, bytes: 4_000_000 }];
    expect(await refused({ ...set, train: { ...set.train, files } })).toContain(
      'expected 4000000 bytes in all',
    );
  });

  it('of other classes is refused', async () => {
    expect(await refused({ ...set, classes: 100 })).toContain('expected 100 classes, got 10');
  });

  it('that is no table at all is refused by its first bytes', async () => {
    hub.files = {
      ...hub.files,
      [TRAIN]: servedBytes(new TextEncoder().encode('<!doctype html>'.repeat(99))),
    };
    expect(await refused()).toContain('expected “PAR1” at its start');
  });

  it('that changes while it is read is refused', async () => {
    const file = hub.files[TRAIN]!;
    let asked = 0;
    hub.files = {
      ...hub.files,
      [TRAIN]: {
        get size() {
          return file.size + (asked > 2 ? 1 : 0);
        },
        read: (start, end) => {
          asked += 3;
          return file.read(start, end);
        },
      },
    };
    expect(await refused()).toMatch(/expected \d+ bytes in all, got \d+/);
  });
});

const REAL_TABLE = 'huggingface/cifar10-test-1000.parquet';

/** A PNG of 32 × 32 px of about 3 kB: noise does not pack, so that a table is as long as a real one. */
function noisyPng(seed: number): Uint8Array<ArrayBuffer> {
  const random = stream(seed, 'augment');
  return makePng(
    32,
    32,
    Uint8Array.from({ length: 3072 }, () => random.below(256)),
  );
}

const TABLES = madeAndReal(
  {
    title: 'made',
    bytes: cifarTable(
      1000,
      Array.from({ length: 30 }, (_, seed) => noisyPng(seed)),
    ),
  },
  [REAL_TABLE],
  (real) => ({ title: 'real', bytes: real(REAL_TABLE) }),
);

describe.each(TABLES)('a table of 1,000 images in the layout of the Hub, $title,', ({ bytes }) => {
  it('gives the same rows by ranges as at once', async () => {
    const table = servedBytes(bytes);
    hub.files = { [TRAIN]: table, [TEST]: table };
    const set = smallSet(1000, 1000);
    const store = await kept();
    const { train, test } = await loadHub(set, sampling(200, null), { store, wire, decode: decodePicture });
    expect([train.count, test.count]).toEqual([200, 1000]);
    expect(train.size).toBe(32);
    const received = hub.parts().reduce((sum, part) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(part)!;
      return sum + (part.startsWith(TRAIN) ? Number(to) - Number(from) + 1 : 0);
    }, 0);
    // These are two of ten row groups, and the footer's first read of half a megabyte.
    expect(received).toBeLessThan(0.5 * table.size);
    expect(new Set(test.labels).size).toBe(10);

    const inMemory = await openParquet('at-once.parquet', bufferOf(bytes));
    for (const [limit, part] of [
      [200, train],
      [null, test],
    ] as const) {
      const options = { name: 'at once', limit, side: null, decode: decodePicture };
      const { labels, pixels } = await readParquet([inMemory], options);
      expect(part.labels).toEqual(labels);
      expect(Buffer.compare(part.pixels, pixels)).toBe(0);
    }
  });
});
