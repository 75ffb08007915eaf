import type { Dataset } from '../../data/images/dataset.ts';
import type { DataSource } from '../../run/protocol.ts';
import type { ViewsNews, ViewsOrder } from '../door/viewsProtocol.ts';
import { loadData } from '../workerPlaces.ts';
import { ENOUGH, previewSource } from './previewSource.ts';
import { viewPair } from './viewPair.ts';

// The worker that shows views: it reads a few images of a source and makes pairs of views of them.

let images: Dataset | null = null;

function tell(news: ViewsNews, transfer: Transferable[] = []): void {
  self.postMessage(news, { transfer });
}

async function open(source: DataSource): Promise<void> {
  const { train, test } = await loadData(previewSource(source), (done, total) =>
    tell({ kind: 'progress', done, total }),
  );
  images = train;
  const { name, count, size, recipe } = train;
  const limited = source.kind === 'files' && count + test.count >= ENOUGH;
  tell({ kind: 'opened', images: { name, count, size, recipe, limited } });
}

self.addEventListener('message', async ({ data: order }: MessageEvent<ViewsOrder>) => {
  try {
    if (order.kind === 'open') await open(order.source);
    else if (images) {
      const { config, index, draw } = order;
      const pair = viewPair(images, { config, index, draw });
      tell({ kind: 'pair', pair }, [pair.original.buffer, ...pair.views.map(({ pixels }) => pixels.buffer)]);
    }
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
