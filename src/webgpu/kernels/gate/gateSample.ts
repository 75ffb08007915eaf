import { quads } from '../../../plan/maps.ts';
import type { GateSampleTask } from '../../../plan/tasks/gateTasks.ts';
import { type Dispatch, dispatch, kernel, linear, type Span } from '../kernel.ts';
import { STEP_STRUCT } from '../stepStruct.ts';
import source from './gateSample.wgsl?raw';
import hashedUniform from './hashedUniform.wgsl?raw';

interface GateSample extends GateSampleTask {
  /** Makes the logits of gated rows as input · W, [P·N, inputs] · [inputs, C]; they are given unless told. */
  readonly linear?: { readonly input: Span; readonly w: Span; readonly inputs: number } | undefined;
}

/**
 * Samples the gates of one block in training (method §2), open where logit + noise ≥ 0. The draws are those
 * of network/gateNoise.ts, up to the rounding of a logarithm in float32.
 */
export function gateSample(sample: GateSample): Dispatch {
  const { logits, gates, slopes, noise, images, passes, channels, counter, temperature, of } = sample;
  const { linear: made } = sample;
  const cells = passes * images * quads(channels);
  const drawn = 'step' in noise;
  return dispatch({
    kernel: kernel('gateSample', drawn ? STEP_STRUCT + hashedUniform + source : source, {
      DRAWN: Number(drawn),
      LINEAR: Number(made !== undefined),
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
      ...(made && { inQuads: quads(made.inputs) }),
    },
    buffers: [
      ...[logits, gates, slopes, drawn ? noise.step : noise.given],
      ...(made ? [made.input, made.w] : []),
    ],
    workgroups: linear(cells),
  });
}
