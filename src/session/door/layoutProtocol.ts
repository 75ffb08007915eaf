import type { ShownQuestion } from '../../data/pictures/layout/shownReadings.ts';
import type { FilesSource } from '../../run/protocol.ts';

export type { SampleImage, ShownQuestion, ShownReading } from '../../data/pictures/layout/shownReadings.ts';

/** Page → worker: the files that may be read in more than one way. */
export type LayoutOrder = Pick<FilesSource, 'name' | 'train' | 'test'>;

/** Worker → page: what the user must be asked; null if there is nothing to ask. */
export type LayoutAnswer = ShownQuestion | null;
