import type { Command } from '../run/protocol.ts';
import { pagePlaces } from '../wasm/threads/pagePlaces.ts';
import { openEngine } from './engines/engines.ts';
import { loadRunImages } from './runImages.ts';
import { Session } from './session.ts';
import { workerPlaces } from './workerPlaces.ts';

// The worker of one run: it holds one session and passes on the page's commands.

const session = new Session({
  emit: (event, transfer) => self.postMessage(event, { transfer: [...transfer] }),
  safeguard: (event, transfer) => self.postMessage(event, { transfer: [...transfer] }),
  loadData: loadRunImages,
  watchMs: 1000,
  openEngine: (order) => openEngine(order, { ...workerPlaces(), pool: pagePlaces() }),
});

self.addEventListener('message', ({ data }: MessageEvent<Command>) => session.receive(data));
