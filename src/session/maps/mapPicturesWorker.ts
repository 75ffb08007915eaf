import type { MapPicturesNews, MapPicturesOrder } from '../door/mapPicturesProtocol.ts';
import { openData } from '../workerPlaces.ts';
import { mapPictures } from './mapPictures.ts';

// The worker that reads the images of a run again for their pictures on maps and cards.

function tell(news: MapPicturesNews, transfer: Transferable[] = []): void {
  self.postMessage(news, { transfer });
}

self.addEventListener('message', async ({ data: order }: MessageEvent<MapPicturesOrder>) => {
  try {
    const data = await openData(order.source, (done, total) => tell({ kind: 'progress', done, total }));
    // Of a set that comes in parts, the test images suffice.
    await data.arrival?.until({ train: 0, test: true });
    const pixels = Uint8Array.from(await mapPictures(data, order));
    tell({ kind: 'pictures', pixels }, [pixels.buffer]);
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
