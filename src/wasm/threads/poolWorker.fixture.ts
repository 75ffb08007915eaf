import { layerBits } from './layer.fixture.ts';
import { pagePlaces } from './pagePlaces.ts';
import type { Machine } from './places.ts';

// A worker that opens a pool as a session in a page does, and gives the bits that a layer leaves.

self.addEventListener('message', ({ data }: MessageEvent<Machine>) => {
  layerBits(data, pagePlaces()).then(
    (bits) => self.postMessage({ bits, isolated: crossOriginIsolated }),
    (fault: unknown) => self.postMessage({ fault: String(fault) }),
  );
});
