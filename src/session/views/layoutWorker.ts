import { DataError } from '../../data/images/dataset.ts';
import { decodeBitmap } from '../../data/pictures/decodeBitmap.ts';
import { shownQuestion } from '../../data/pictures/layout/shownReadings.ts';
import type { LayoutAnswer, LayoutOrder } from '../door/layoutProtocol.ts';

// The worker that looks whether files can be read in more than one way.

async function answer({ train, test, ...named }: LayoutOrder): Promise<LayoutAnswer> {
  try {
    return await shownQuestion(train, test, { ...named, decode: decodeBitmap });
  } catch (fault) {
    if (!(fault instanceof DataError)) throw fault;
    // The run and the preview say in words what is wrong with the files.
    return null;
  }
}

self.addEventListener('message', ({ data }: MessageEvent<LayoutOrder>) => {
  // A rejection that nobody handles ends in silence; an error that is reported reaches the page.
  answer(data).then(
    (answered) => self.postMessage(answered),
    (fault: unknown) => self.reportError(fault),
  );
});
