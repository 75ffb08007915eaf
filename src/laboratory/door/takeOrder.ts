import type { Branch } from '../../metrics.ts';

/** Checks the network against the images, features and gates in its own file. It needs no other images. */
export interface ParityOrder {
  readonly kind: 'parity';
}

export interface ParityOutcome {
  readonly kind: 'parity';
  /** Images in the file; 0 if it has none to check with. */
  readonly images: number;
  readonly branches: readonly Branch[];
  /** Whether the gates were checked too. */
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
  /**
   * A .npz file: `features_<branch>` f32 [N, F], `labels` i64 [N] if there are labels, `gates_<block>` u8 [N,
   * C].
   */
  readonly file: Blob;
}
