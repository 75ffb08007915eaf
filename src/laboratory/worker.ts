import { loadData, workerPlaces } from '../session/workerPlaces.ts';
import { pagePlaces } from '../wasm/threads/pagePlaces.ts';
import type { LaboratoryCommand } from './door/protocol.ts';
import { Workbench } from './workbench.ts';

// The laboratory runs in a thread of its own, with its own tfjs and engine, so that it does not delay
// training.

const bench = new Workbench({
  emit: (event) => self.postMessage(event),
  loadData,
  places: { ...workerPlaces(), pool: pagePlaces() },
});

self.addEventListener('message', ({ data }: MessageEvent<LaboratoryCommand>) => bench.receive(data));
