import { loadData, workerPlaces } from '../session/workerPlaces.ts';
import type { LaboratoryCommand } from './door/protocol.ts';
import { Workbench } from './workbench.ts';

// A thread of its own, with tfjs and an engine of its own: training elsewhere is not held up.

const bench = new Workbench({
  emit: (event) => self.postMessage(event),
  loadData,
  places: workerPlaces(),
});

self.addEventListener('message', ({ data }: MessageEvent<LaboratoryCommand>) => bench.receive(data));
