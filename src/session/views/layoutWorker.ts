import { decodeBitmap } from '../../data/pictures/decodeBitmap.ts';
import { shownQuestion } from '../../data/pictures/layout/shownReadings.ts';
import type { LayoutAnswer, LayoutOrder } from '../door/layoutProtocol.ts';

// The worker that looks whether files can be read in more than one way.

async function answer({ train, test, ...named }: LayoutOrder): Promise<LayoutAnswer> {
  try {
    return await shownQuestion(train, test, { ...named, decode: decodeBitmap });
  } catch {
    // The run and the preview say in words what is wrong with the files.
    return null;
  }
}

self.addEventListener('message', async ({ data }: MessageEvent<LayoutOrder>) => {
  self.postMessage(await answer(data));
});
