import { afterEach, beforeEach, describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { WHOLE } from '../formats/files.ts';
import { reading } from '../formats/given.fixture.ts';
import type { DecodeImage } from '../pictures/decode.ts';
import { decodeGrey } from '../pictures/picture.fixture.ts';
import { hubSet } from './catalogue.ts';
import { type MemoryDirectory, memoryDirectory } from './directory.fixture.ts';
import { cifarTable, type HubStandIn, servedBytes, type Trouble } from './hub.fixture.ts';
import { type HubServer, hubServer } from './hubServer.fixture.ts';
import { loadHub } from './loadHub.ts';
import type { Wire } from './rangeRequest.ts';
import { type RangeStore, rangeStoreIn } from './rangeStore.ts';

// What each text about a download advises, done. A server on this machine answers as the Hub does.

const [TRAIN, TEST] = ['plain_text/train.parquet', 'plain_text/test.parquet'];
const TABLE = cifarTable(200);
const set = hubSet('cifar10');
const SMALL = {
  ...set,
  train: { ...set.train, rows: 200, files: [{ path: TRAIN, bytes: null }] },
  test: { ...set.test, rows: 200, files: [{ path: TEST, bytes: null }] },
};

let server: HubServer;
let hub: HubStandIn;
let wire: Wire;
let memory: MemoryDirectory;
let store: RangeStore;

beforeEach(async () => {
  server = await hubServer();
  ({ hub, wire } = server);
  hub.files = { [TRAIN]: servedBytes(TABLE), [TEST]: servedBytes(TABLE) };
  memory = memoryDirectory();
  store = await rangeStoreIn(memory.directory);
});

afterEach(() => server.close());

const load = async (change: Partial<Wire> | null = {}, decode: DecodeImage = decodeGrey) => {
  const used = change === null ? null : { ...wire, ...change };
  const { train, test } = await loadHub(SMALL, WHOLE, { store, wire: used, decode });
  expect([train.count, test.count]).toEqual([200, 200]);
};
/** A download in which each request has this trouble. The next one has none. */
const troubled = (trouble: Trouble) => async () => {
  hub.trouble = ({ host }) => (trouble.kind === 'status' || host === 'storage' ? trouble : null);
  await load().finally(() => {
    hub.trouble = () => null;
  });
};
/** Nobody answers, until the page has waited long enough. */
const silent: Wire['fetch'] = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
const failing = () => Promise.reject(new TypeError('Failed to fetch'));
const again = () => load();
/** The other advice of most texts: the files, downloaded by hand. */
const byFiles = async () => {
  const given = { 'train.parquet': Uint8Array.from(TABLE), 'test.parquet': Uint8Array.from(TABLE) };
  await reading(given, { decode: decodeGrey })();
};
const BY_FILES = 'You can also download the \\.parquet files yourself, .* and drop them on this page\\.$';
const both = async () => {
  await again();
  await byFiles();
};

const DOWNLOADS: readonly AdviceRow[] = [
  [
    'a host in trouble',
    troubled({ kind: 'status', host: 'hub', status: 503 }),
    new RegExp(`trouble at the host.* Try again later\\. ${BY_FILES}`),
    both,
  ],
  [
    'too many requests',
    troubled({ kind: 'status', host: 'hub', status: 429 }),
    new RegExp(`Wait some minutes, then go on\\. ${BY_FILES}`),
    both,
  ],
  [
    'a browser without network',
    () => load({ online: () => false, fetch: failing }),
    new RegExp(`Connect, then go on: what came is kept\\. ${BY_FILES}`),
    both,
  ],
  [
    'no answer that a page may read',
    () => load({ fetch: failing }),
    new RegExp(`Check the network and its filters, then try again\\. ${BY_FILES}`),
    both,
  ],
  [
    'a host that falls silent',
    () => load({ fetch: silent, silenceMs: 20 }),
    new RegExp(`fell silent: .* Go on when the network is steadier: what came whole is kept\\. ${BY_FILES}`),
    both,
  ],
  [
    'a connection that breaks off',
    troubled({ kind: 'cut', after: 1 }),
    new RegExp(
      `broke off 5 times: .* Go on when the network is steadier: what came whole is kept\\. ${BY_FILES}`,
    ),
    both,
  ],
  [
    'another table than the one that is known',
    async () => {
      hub.files = { ...hub.files, [TRAIN]: servedBytes(cifarTable(100)) };
      await load();
    },
    new RegExp(
      `expected 200 rows, got 100\\. The data set was changed, or the answer was damaged\\. ${BY_FILES}`,
    ),
    byFiles,
  ],
  [
    'a table that is damaged',
    async () => {
      hub.files = { ...hub.files, [TRAIN]: servedBytes(cifarTable(200).fill(255, 4, 40)) };
      await load();
    },
    new RegExp(`is damaged, .* Download the file again\\. ${BY_FILES}`),
    async () => {
      hub.files = { ...hub.files, [TRAIN]: servedBytes(TABLE) };
      await both();
    },
  ],
  [
    'a picture that is damaged',
    () => load({}, () => Promise.reject(new Error('bad Huffman code'))),
    /clear the data set under “From Hugging Face…” and download it again\.$/,
    async () => {
      await store.clear('cifar10', []);
      await again();
    },
  ],
  [
    'no room',
    async () => {
      memory.room = 1000;
      await load();
    },
    /Clear data sets that you do not need, free space on the disk, or choose fewer images\.$/,
    async () => {
      memory.room = Number.POSITIVE_INFINITY;
      await again();
    },
  ],
  [
    'a run whose images are not kept',
    () => load(null),
    /Open “From Hugging Face…” in the Data panel and download them\. A run never downloads by itself\.$/,
    async () => {
      await again();
      await load(null);
    },
  ],
];

describe('the advice of texts about downloads', () => testAdvice(DOWNLOADS));
