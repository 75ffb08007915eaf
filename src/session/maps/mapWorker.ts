import { branchEntries } from '../../metrics.ts';
import type { MapCommand, MapEvent } from '../door/mapProtocol.ts';
import { mapper } from './mapper.ts';

// Maps are drawn in a worker, so that they delay neither training nor the page.

const draw = mapper(
  (event: MapEvent) => self.postMessage(event, { transfer: buffersOf(event) }),
  () => new Promise((resolve) => setTimeout(resolve)),
);

function buffersOf(event: MapEvent): ArrayBufferLike[] {
  if (event.kind === 'map') return [event.xy.buffer];
  if (event.kind !== 'nearest') return [];
  return branchEntries(event.branches).map(([, { buffer }]) => buffer);
}

self.onmessage = ({ data }: MessageEvent<MapCommand>) => draw(data);
