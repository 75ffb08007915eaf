import { readTrainAndTest } from '../data/formats/trainAndTest.ts';
import { readHub } from '../data/hub/readHub.ts';
import type { TrainAndTest } from '../data/images/dataset.ts';
import { beginEmoji10, type Emoji10Options, loadEmoji10 } from '../data/images/embedded.ts';
import { keptImages } from '../data/images/keptImages.ts';
import { decodeBitmap } from '../data/pictures/decodeBitmap.ts';
import type { BackendPlaces } from '../method/backend.ts';
import type { DataSource } from '../run/protocol.ts';

// Where a worker finds the site's files. Built workers lie in assets/; the development server's lie two
// folders deep.

const base = () => new URL(import.meta.env.DEV ? '../../' : '../', self.location.href);

/** Loads the images of a source. Progress is in bytes; a total of 0 is unknown. */
export function loadData(
  source: DataSource,
  onProgress: (done: number, total: number) => void,
): Promise<TrainAndTest> {
  if (source.kind === 'files' && source.kept) return keptImages(source.kept.fingerprint);
  if (source.kind === 'files') {
    return readTrainAndTest(source.train, source.test, { ...source, decode: decodeBitmap, onProgress });
  }
  if (source.kind === 'hub') return readHub(source, source.kept, onProgress);
  return loadEmoji10({ test: source.test, onProgress, ...site() });
}

/** As `loadData`, but the embedded set is given as soon as a run can begin with its first images. */
export function openData(
  source: DataSource,
  onProgress: (done: number, total: number) => void,
): Promise<TrainAndTest> {
  if (source.kind !== 'emoji10') return loadData(source, onProgress);
  return beginEmoji10({ test: source.test, onProgress, ...site() });
}

function site(): Pick<Emoji10Options, 'base' | 'fetch'> {
  return { base: base(), fetch: (url) => fetch(url) };
}

/** Where the engine's binaries lie. */
export function workerPlaces(): BackendPlaces {
  return { wasmPath: new URL('wasm/', base()).href, simdKernels };
}

async function simdKernels(): Promise<ArrayBuffer> {
  const response = await fetch(new URL('wasm/dualgate-simd.wasm', base()));
  if (!response.ok)
    throw new Error(`the SIMD kernels are not there: ${response.url} answered ${response.status}`);
  return response.arrayBuffer();
}
