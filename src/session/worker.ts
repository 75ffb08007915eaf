import { openEngine } from './engines.ts';
import type { Command } from './protocol.ts';
import { Session } from './session.ts';
import { loadData, workerPlaces } from './workerPlaces.ts';

// The worker that a run lives in: one session, fed by the page's commands.

const session = new Session({
  emit: (event, transfer) => self.postMessage(event, { transfer: [...transfer] }),
  recover: (event, transfer) => self.postMessage(event, { transfer: [...transfer] }),
  loadData: (source, tell) =>
    loadData(source, (done, total) =>
      tell({ kind: 'progress', task: 'Loading images', done, total, unit: 'bytes' }),
    ),
  openEngine: (order) => openEngine(order, workerPlaces()),
});

self.addEventListener('message', ({ data }: MessageEvent<Command>) => session.receive(data));
