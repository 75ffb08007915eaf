import type { MapCommand, MapEvent } from '../door/mapProtocol.ts';
import { mapper } from './mapper.ts';

// The worker's own thread draws the maps, so that they hold up neither training nor the page.

const draw = mapper(
  (event: MapEvent) => self.postMessage(event, { transfer: event.kind === 'map' ? [event.xy.buffer] : [] }),
  () => new Promise((resolve) => setTimeout(resolve)),
);

self.onmessage = ({ data }: MessageEvent<MapCommand>) => draw(data);
