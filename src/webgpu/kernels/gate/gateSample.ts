import { STEP_STRUCT } from '../../../plan/stepScalars.ts';
import { type Dispatch, dispatch, kernel, linear, quads, type Span } from '../kernel.ts';
import source from './gateSample.wgsl?raw';
import hashedUniform from './hashedUniform.wgsl?raw';

/** The passes of a step: all matrices are [passes · images, C], and the gated passes follow each other. */
export interface PassRows {
  /** N, rows of one pass. */
  readonly images: number;
  readonly passes: number;
  readonly firstGated: number;
  readonly gatedPasses: number;
}

export interface GateSample extends PassRows {
  /** [P·N, C]; rows of dense passes are not used. */
  readonly logits: Span;
  /** [P·N, C] in {0, 1}, overwritten. */
  readonly gates: Span;
  /** [P·N, C], the straight-through slope s(1 − s)/τ, 0 in dense passes; overwritten. */
  readonly slopes: Span;
  /** Logistic noise [P·N, C] of the gated rows, or the step (stepScalars.ts) whose seeds it is drawn by. */
  readonly noise: { readonly given: Span } | { readonly step: Span };
  readonly channels: number;
  /** Draws of one pass before this block: N · channels of the earlier blocks (network/gateNoise.ts). */
  readonly counter: number;
  /** τ */
  readonly temperature: number;
  readonly of?: string;
}

/**
 * Samples the gates of one block in training (method §2), open where logit + noise ≥ 0. The draws are those
 * of network/gateNoise.ts, up to the rounding of a logarithm in float32.
 */
export function gateSample(sample: GateSample): Dispatch {
  const { logits, gates, slopes, noise, images, passes, channels, counter, temperature, of = '' } = sample;
  const cells = passes * images * quads(channels);
  const drawn = 'step' in noise;
  return dispatch({
    kernel: kernel('gateSample', drawn ? STEP_STRUCT + hashedUniform + source : source, {
      DRAWN: Number(drawn),
    }),
    of,
    shape: {
      cells,
      quads: quads(channels),
      channels,
      images,
      firstGated: sample.firstGated,
      gatedPasses: sample.gatedPasses,
      counter,
      temperature,
    },
    buffers: [logits, gates, slopes, drawn ? noise.step : noise.given],
    workgroups: linear(cells),
  });
}
