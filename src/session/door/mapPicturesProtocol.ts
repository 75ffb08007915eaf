import type { RunConfig } from '../../config.ts';
import type { DataSource } from '../../run/protocol.ts';

/** Page → worker: read the pictures of a run's map images again from the images that it was trained on. */
export interface MapPicturesOrder {
  readonly source: DataSource;
  /** They decide which test images the maps show. */
  readonly config: Pick<RunConfig, 'seed' | 'evaluationShare'>;
  /** Side of the images, pixels. */
  readonly size: number;
  /** Images of the run's test set. */
  readonly test: number;
  /** Class of each map image. */
  readonly labels: Uint8Array;
  /** Fingerprint of the run's images (data/images/imagesFile.ts); null if the run does not tell it. */
  readonly fingerprint: string | null;
}

/** Worker → page. */
export type MapPicturesNews =
  /** Bytes read, and bytes to read; a total of 0 is unknown. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  /** u8 [count, size, size, 3] */
  | { readonly kind: 'pictures'; readonly pixels: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly message: string };
