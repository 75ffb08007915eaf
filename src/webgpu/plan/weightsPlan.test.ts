import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../network/layers.ts';
import { bufferSpecs, initialParameters, parameterSpecs } from '../../network/parameters.ts';
import { WeightsPlan } from '../../plan/weightsPlan.ts';
import { stream } from '../../random.ts';
import { GPU_LAYOUT } from '../kernels/weightLayout.ts';

const network = buildNetwork({
  input: 16,
  width: 4,
  stem: 'cifar',
  stemPadding: 1,
  gated: true,
  bn: 'separate',
  projector: { hidden: 10, output: 7 },
});
const plan = new WeightsPlan(network, GPU_LAYOUT);

describe('the flat buffers', () => {
  it('hold every tensor once, none over another', () => {
    const places = [...plan.parameters.values()].sort((a, b) => a.offset - b.offset);
    expect(places.length).toBe(parameterSpecs(network).length);
    places.slice(1).forEach((place, i) => {
      expect(place.offset).toBeGreaterThanOrEqual(places[i]!.offset + places[i]!.length);
    });
    const last = places.at(-1)!;
    expect(plan.sizes.parameters).toBeGreaterThanOrEqual(last.offset + last.length);
  });

  it('start tensors where bindings may, and keep a BatchNorm together', () => {
    for (const [name, { offset, spec }] of plan.parameters) {
      const follows = spec.shape.length === 1 && name.endsWith('.bias') && !/projector\.[036]\./.test(name);
      expect(offset % 64 === 0 || follows, name).toBe(true);
    }
    const { affine, running } = plan.norm('backbone.layer1.0.mask_c.atten_c.1');
    // A bottleneck of one unit takes a whole quad.
    expect(affine).toEqual({
      offset: plan.parameter('backbone.layer1.0.mask_c.atten_c.1.weight').offset,
      length: 8,
    });
    expect(plan.parameter('backbone.layer1.0.mask_c.atten_c.1.bias').offset).toBe(affine.offset + 4);
    expect(running.length).toBe(8);
  });

  it('give back what was packed, in PyTorch’s layouts', () => {
    const parameters = initialParameters(network, stream(1, 'init'));
    expect(plan.unpackParameters(plan.packParameters(parameters))).toEqual(parameters);
    const buffers = new Map(
      bufferSpecs(network).map(({ name, shape }, i) => [name, new Float32Array(shape[0]).fill(i)]),
    );
    expect(plan.unpackRunning(plan.packRunning(buffers, network), network)).toEqual(buffers);
  });

  it('hold a narrow width’s BatchNorms at full length, zero beyond its channels', () => {
    const slim = buildNetwork({
      ...network.spec,
      gated: false,
      bn: 'shared',
      slim: ['slim55'],
      slimProjector: true,
    });
    const wide = new WeightsPlan(slim, GPU_LAYOUT);
    for (const layer of ['backbone.bn1', 'backbone.layer2.0.downsample.1', 'projector.4']) {
      expect(wide.norm(`${layer}_w55`).affine.length, layer).toBe(wide.norm(layer).affine.length);
      expect(wide.norm(`${layer}_w55`).running.length, layer).toBe(wide.norm(layer).running.length);
    }
    const parameters = initialParameters(slim, stream(1, 'init'));
    const flat = wide.packParameters(parameters);
    // The narrow width has 5 of the 10 hidden units, and takes as many quads as the full width.
    const { offset } = wide.parameter('projector.4_w55.weight');
    expect([...flat.subarray(offset, offset + 12)]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(wide.unpackParameters(flat)).toEqual(parameters);
  });

  it('refuse weights of another network', () => {
    const parameters = initialParameters(network, stream(1, 'init'));
    const short = new Map(parameters).set('projector.0.weight', new Float32Array(3));
    expect(() => plan.packParameters(short)).toThrow('projector.0.weight must have 320 values, got 3');
    short.delete('projector.0.weight');
    expect(() => plan.packParameters(short)).toThrow('projector.0.weight is missing');
    expect(() => plan.parameter('backbone.layer9')).toThrow('there is no backbone.layer9');
  });

  it('turn the filters of every convolution but the stem', () => {
    expect(plan.turned).toHaveLength(16 + 3);
    const turned = (name: string) => plan.turned.find((filter) => filter.name === name);
    expect(turned('backbone.layer2.0.downsample.0')).toMatchObject({
      ...{ kernel: 1, inputs: 4, outputs: 8 },
      ...{ stride: 2, padding: 0 },
    });
    expect(turned('backbone.layer2.0.conv1')).toMatchObject({ kernel: 3, stride: 2, padding: 1 });
    expect(turned('backbone.layer2.0.conv2')).toMatchObject({ kernel: 3, stride: 1, padding: 1 });
  });
});
