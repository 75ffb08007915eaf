import type { Branch } from '../../metrics.ts';

/** Holds the network to the images, features and gates that travel in its own file: no other images are needed. */
export interface ParityOrder {
  readonly kind: 'parity';
}

export interface ParityOutcome {
  readonly kind: 'parity';
  /** Images in the file; 0 where it carries none to check by. */
  readonly images: number;
  readonly branches: readonly Branch[];
  /** The gates were checked too. */
  readonly gates: boolean;
}

/** Features, labels and hard gates of a set of images, for NumPy. */
export interface FeaturesOrder {
  readonly kind: 'features';
  readonly set: 'test' | 'train';
}

export interface FeaturesOutcome {
  readonly kind: 'features';
  readonly set: 'test' | 'train';
  readonly images: number;
  /** A .npz file: `features_<branch>` f32 [N, F], `labels` i64 [N] where there are, `gates_<block>` u8 [N, C]. */
  readonly file: Blob;
}
