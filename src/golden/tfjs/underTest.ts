import { descend, type Slot } from '../../method/optimizer.ts';
import { augmentBatch, viewRenderer } from '../../method/views/augment.ts';
import type { UnderTest } from '../underTest.ts';
import { gateHeadTfjs, sampleGateTfjs } from './gate.ts';
import { costTfjs, vicregTfjs } from './losses.ts';
import { batchNormTfjs, convolveTfjs, linearTfjs, maxPoolTfjs } from './operations.ts';
import { differentiateTfjs, openTfjs } from './steps.ts';

/** The reference engine, on tfjs's current backend. */
export const TFJS: UnderTest = {
  open: openTfjs,
  differentiate: differentiateTfjs,
  vicreg: vicregTfjs,
  cost: costTfjs,
  sampleGate: sampleGateTfjs,
  gateHead: gateHeadTfjs,
  async descend(tensors, gradients, learningRate, optimizer) {
    const slots = tensors.map(
      ({ shape, values }): Slot => ({
        values: values.slice(),
        momentum: new Float32Array(values.length),
        axes: shape.length,
        weightDecay: optimizer.weightDecay,
      }),
    );
    return gradients.map((ofStep) =>
      slots.map((slot, i) => {
        descend(slot, ofStep[i]!, learningRate, optimizer);
        return slot.values.slice();
      }),
    );
  },
  convolve: convolveTfjs,
  batchNorm: batchNormTfjs,
  linear: linearTfjs,
  maxPool: maxPoolTfjs,
  viewBytes: async (pixels, side, size, view) => viewRenderer(side, size).render(pixels, 0, view),
  viewFloats: async (pixels, side, _size, view, normalisation) =>
    augmentBatch({ pixels, count: 1, size: side }, Uint32Array.of(0), [view], normalisation),
};
