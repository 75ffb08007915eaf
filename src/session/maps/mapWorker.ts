import type { MapCommand, MapEvent } from '../door/mapProtocol.ts';
import { mapper } from './mapper.ts';

// Maps are drawn in a worker, so that they delay neither training nor the page.

const draw = mapper(
  (event: MapEvent) => self.postMessage(event, { transfer: event.kind === 'map' ? [event.xy.buffer] : [] }),
  () => new Promise((resolve) => setTimeout(resolve)),
);

self.onmessage = ({ data }: MessageEvent<MapCommand>) => draw(data);
