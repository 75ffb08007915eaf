import type { ImageAnswer, NumberedOrder } from '../door/imageViewsProtocol.ts';
import { viewPair } from './viewPair.ts';

// The worker that makes two views of an image which the page has at hand. It reads no files, so it is small.

function answer({ id, image, ...order }: NumberedOrder): ImageAnswer {
  try {
    const alone = { ...image, count: 1, labels: new Uint8Array(1), classes: [] };
    return { id, views: viewPair(alone, { ...order, index: 0 }).views };
  } catch (error) {
    return { id, fault: error instanceof Error ? error.message : String(error) };
  }
}

self.addEventListener('message', ({ data }: MessageEvent<NumberedOrder>) => self.postMessage(answer(data)));
