import { loadEmoji10 } from '../data/embedded.ts';
import type { TrainAndTest } from '../data/holdOut.ts';
import { readTrainAndTest } from '../data/trainAndTest.ts';
import { openEngine } from './engines.ts';
import type { Command, DataSource, SessionNews } from './protocol.ts';
import { Session } from './session.ts';

// The worker that a run lives in: one session, fed by the page's commands.

/** The site's root: the built worker lies in assets/, the development server's in src/session/. */
const base = new URL(import.meta.env.DEV ? '../../' : '../', self.location.href);

async function loadData(source: DataSource, tell: (news: SessionNews) => void): Promise<TrainAndTest> {
  const onProgress = (done: number, total: number) => {
    tell({ kind: 'progress', task: 'Loading images', done, total, unit: 'bytes' });
  };
  if (source.kind === 'files') return readTrainAndTest(source.train, source.test, { onProgress });
  return loadEmoji10({ test: source.test, base, fetch: (url, init) => fetch(url, init), onProgress });
}

async function simdKernels(): Promise<ArrayBuffer> {
  const response = await fetch(new URL('wasm/dualgate-simd.wasm', base));
  if (!response.ok)
    throw new Error(`the SIMD kernels are not there: ${response.url} answered ${response.status}`);
  return response.arrayBuffer();
}

const session = new Session({
  emit: (event, transfer) => self.postMessage(event, { transfer: [...transfer] }),
  recover: (event, transfer) => self.postMessage(event, { transfer: [...transfer] }),
  loadData,
  openEngine: (order) => openEngine(order, { wasmPath: new URL('wasm/', base).href, simdKernels }),
});

self.addEventListener('message', ({ data }: MessageEvent<Command>) => session.receive(data));
