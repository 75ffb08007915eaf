import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WHOLE } from '../formats/files.ts';
import type { DecodeImage } from '../pictures/decode.ts';
import { decodeGrey } from '../pictures/picture.fixture.ts';
import { type HubSet, hubSet } from './catalogue.ts';
import { type MemoryDirectory, memoryDirectory } from './directory.fixture.ts';
import { cifarTable, type HubStandIn, servedBytes } from './hub.fixture.ts';
import { type HubServer, hubServer } from './hubServer.fixture.ts';
import { loadHub } from './loadHub.ts';
import type { Wire } from './rangeRequest.ts';
import { type RangeStore, rangeStoreIn } from './rangeStore.ts';

// These tests say what stays kept and what is deleted when a download fails. The training part has two
// tables, as large parts have.

const FIRST = 'plain_text/train-a.parquet';
const SECOND = 'plain_text/train-b.parquet';
const TEST = 'plain_text/test-00000-of-00001.parquet';

function setOf(train: number): HubSet {
  const set = hubSet('cifar10');
  const files = [FIRST, SECOND].map((path) => ({ path, bytes: null }));
  return {
    ...set,
    train: { ...set.train, rows: train, files },
    test: { ...set.test, rows: 300, files: [{ path: TEST, bytes: null }] },
  };
}

let server: HubServer;
let hub: HubStandIn;
let wire: Wire;
let memory: MemoryDirectory;
let store: RangeStore;

beforeEach(async () => {
  server = await hubServer();
  ({ hub, wire } = server);
  hub.files = {
    [FIRST]: servedBytes(cifarTable(300)),
    [SECOND]: servedBytes(cifarTable(200)),
    [TEST]: servedBytes(cifarTable(300)),
  };
  memory = memoryDirectory();
  store = await rangeStoreIn(memory.directory);
});

afterEach(() => server.close());

interface Load {
  readonly rows?: number;
  readonly limit?: number | null;
  readonly side?: number;
  readonly decode?: DecodeImage;
}

function load({ rows = 500, limit = null, side, decode = decodeGrey }: Load = {}) {
  const sampling = { side: side ?? WHOLE.side, limits: { train: limit, test: 100 } };
  return loadHub(setOf(rows), sampling, { store, wire, decode });
}

/** The tables of which some bytes are kept. */
function kept(): string[] {
  const names = [...memory.files.keys()];
  return [FIRST, SECOND, TEST].filter((path) => names.some((name) => name.includes(path)));
}

describe('what is kept', () => {
  it('stays where the decoder fails', async () => {
    const failing = load({ decode: () => Promise.reject(new Error('no memory left')) });
    await expect(failing).rejects.toMatchObject({ name: 'DataError', fault: 'images', damaged: [] });
    await expect(failing).rejects.toThrow(/no memory left.*What is kept of the data set stays/);
    expect(kept()).toEqual([FIRST, SECOND, TEST]);
    hub.seen.length = 0;
    expect((await load()).train.count).toBe(500);
    expect(hub.seen).toEqual([]);
  });

  it('stays where the images are too many for the memory', async () => {
    hub.files = { ...hub.files, [SECOND]: servedBytes(cifarTable(10_700)) };
    const large = load({ rows: 11_000, side: 256 });
    await expect(large).rejects.toMatchObject({ fault: 'images' });
    await expect(large).rejects.toThrow(/at most 2 GB in memory, got 11000 of 256 × 256/);
    expect(kept()).toEqual([FIRST, SECOND, TEST]);
  });

  it('is forgotten of the one table that is damaged, and of no other', async () => {
    const broken = cifarTable(200);
    // These bytes are the header of the first page.
    broken.fill(255, 4, 40);
    hub.files = { ...hub.files, [SECOND]: servedBytes(broken) };
    await expect(load()).rejects.toMatchObject({ fault: 'layout', damaged: [SECOND] });
    expect(kept()).toEqual([FIRST, TEST]);
    hub.files = { ...hub.files, [SECOND]: servedBytes(cifarTable(200)) };
    expect((await load()).train.count).toBe(500);
  });

  it('is forgotten of the whole part where nobody knows which of its tables is wrong', async () => {
    await expect(load({ rows: 400 })).rejects.toMatchObject({ fault: 'layout', damaged: [FIRST, SECOND] });
    expect(kept()).toEqual([]);
  });

  it('stays where a wrong answer came, of which nothing is kept', async () => {
    await load({ limit: 100 });
    await store.clear('cifar10', [hubSet('cifar10').revision, ...SECOND.split('/')]);
    const { fetch: right } = wire;
    // A machine between page and Hub answers with another range.
    wire = { ...wire, fetch: (url, init) => right(url, { ...init, headers: { Range: 'bytes=0-5' } }) };
    await expect(load()).rejects.toMatchObject({ fault: 'layout', damaged: [] });
    expect(kept()).toEqual([FIRST, TEST]);
  });

  it('does not hide the fault where another tab holds the files open', async () => {
    const inUse = new DOMException('in use', 'NoModificationAllowedError');
    store = { ...store, clear: () => Promise.reject(inUse) };
    await expect(load({ rows: 400 })).rejects.toThrow('expected 400 rows, got 500');
  });
});
