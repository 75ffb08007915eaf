import type { Branch, GradientNorms } from '../metrics.ts';
import type { Random } from '../random.ts';
import type { Block, Network } from './layers.ts';
import { branchChannels, isSlim } from './slim.ts';

/** Named float32 arrays in PyTorch's layouts: convolutions [out, in, kh, kw], linears [out, in]. */
export type NamedTensors = ReadonlyMap<string, Float32Array>;

/** A trainable tensor under the authors' name. */
export interface ParameterSpec {
  readonly name: string;
  /** PyTorch's shape. */
  readonly shape: readonly number[];
  readonly initial: 'kaiming-fan-out' | 'uniform-fan-in' | 'one' | 'zero';
  /** Inputs of one output unit, kernel included. */
  readonly fanIn: number;
  /** Whether it is part of a gate. */
  readonly gate: boolean;
}

/** A part of a network whose gradient is measured by itself. */
export type NetworkPart = keyof GradientNorms;

/** The part that a parameter belongs to. The gates lie inside the encoder, but are not counted with it. */
export function partOf({ name, gate }: Pick<ParameterSpec, 'name' | 'gate'>): NetworkPart {
  if (gate) return 'gates';
  return name.startsWith('projector.') ? 'projector' : 'encoder';
}

/** What decides how much of the weight decay a parameter has. */
export interface DecaySettings {
  readonly weightDecay: number;
  /** null: plain SGD. */
  readonly lars: { readonly exclude1d: boolean } | null;
}

/**
 * Weight decay of a parameter (method §5). Gates have none, nor do tensors of one axis (biases, BatchNorms),
 * unless LARS scales those too.
 */
export function weightDecayOf(
  { gate, shape }: Pick<ParameterSpec, 'gate' | 'shape'>,
  { weightDecay, lars }: DecaySettings,
): number {
  const spared = shape.length < 2 && (lars === null || lars.exclude1d);
  return gate || spared ? 0 : weightDecay;
}

/** A running statistic of a BatchNorm. */
export interface BufferSpec {
  readonly name: string;
  readonly shape: readonly [number];
  readonly initial: 0 | 1;
}

/** Every trainable tensor of a network, in the order of the authors' modules. */
export function parameterSpecs(network: Network): ParameterSpec[] {
  const { spec, stem, features } = network;
  const kernel = spec.stem === 'cifar' ? 3 : 7;
  return [
    conv('backbone.conv1.weight', stem.channels, 3, kernel),
    ...switchableBn(network, 'backbone.bn1', stem.channels),
    ...network.blocks.flatMap((block) => blockParameters(network, block)),
    ...linear('projector.0', spec.projector.hidden, features),
    ...projectorBn(network, 'projector.1'),
    ...linear('projector.3', spec.projector.hidden, spec.projector.hidden),
    ...projectorBn(network, 'projector.4'),
    ...linear('projector.6', spec.projector.output, spec.projector.hidden),
  ];
}

/** Every running statistic of a network: mean 0 and variance 1 at the start. */
export function bufferSpecs(network: Network): BufferSpec[] {
  return parameterSpecs(network)
    .filter((spec) => spec.initial === 'one')
    .flatMap(({ name, shape }) => {
      const layer = name.slice(0, -'.weight'.length);
      const channels: readonly [number] = [shape[0]!];
      return [
        { name: `${layer}.running_mean`, shape: channels, initial: 0 },
        { name: `${layer}.running_var`, shape: channels, initial: 1 },
      ] as const;
    });
}

/**
 * Initial values (method §2): convolutions N(0, 2 / fan_out) with fan_out = out · kh · kw, linears U(±1/√in)
 * as in PyTorch, BatchNorms 1 and 0. Gates draw last, so that systems with and without gates start from the
 * same encoder and projector.
 */
export function initialParameters(network: Network, random: Random): Map<string, Float32Array> {
  const specs = parameterSpecs(network);
  const drawn = new Map<string, Float32Array>();
  for (const spec of [...specs.filter((s) => !s.gate), ...specs.filter((s) => s.gate)]) {
    drawn.set(spec.name, initialValues(spec, random));
  }
  return new Map(specs.map(({ name }) => [name, drawn.get(name)!]));
}

/** Running statistics of an untrained network. */
export function initialBuffers(network: Network): Map<string, Float32Array> {
  return new Map(
    bufferSpecs(network).map(({ name, shape, initial }) => [name, new Float32Array(shape[0]).fill(initial)]),
  );
}

/**
 * The BatchNorm that a branch uses at place 1 or 2 of a block. In the authors' names `_s` is the gated
 * branch's and `_t` the dense one's; `_w50` is that of width .5.
 */
export function blockBn(network: Network, block: string, place: 1 | 2, branch: Branch): string {
  const layer = `backbone.${block}.bn${place}`;
  if (isSlim(branch)) return branchBn(network, layer, branch);
  if (network.spec.bn === 'shared') return layer;
  return `${layer}${branch === 'gated' ? '_s' : '_t'}`;
}

/**
 * The BatchNorm that a branch uses where the gated and the dense branch share one: in stem, shortcuts and
 * projector.
 */
export function branchBn(network: Network, layer: string, branch: Branch): string {
  const switches = !layer.startsWith('projector') || network.spec.slimProjector === true;
  return isSlim(branch) && switches ? `${layer}_w${branch.slice('slim'.length)}` : layer;
}

/** Hidden units of the projector that a branch has. */
export function projectorUnits({ spec }: Network, branch: Branch): number {
  return spec.slimProjector ? branchChannels(spec.projector.hidden, branch) : spec.projector.hidden;
}

/** A BatchNorm for the full width, and one for each narrow width. */
function switchableBn(network: Network, layer: string, channels: number): ParameterSpec[] {
  return [...bn(layer, channels), ...narrowBns(network, layer, channels)];
}

function narrowBns(network: Network, layer: string, channels: number): ParameterSpec[] {
  const { slim = [] } = network.spec;
  return slim.flatMap((branch) => bn(branchBn(network, layer, branch), branchChannels(channels, branch)));
}

function projectorBn(network: Network, layer: string): ParameterSpec[] {
  const { hidden } = network.spec.projector;
  return network.spec.slimProjector ? switchableBn(network, layer, hidden) : bn(layer, hidden);
}

function blockParameters(network: Network, block: Block): ParameterSpec[] {
  const { spec } = network;
  const prefix = `backbone.${block.name}`;
  const suffixes = spec.bn === 'separate' ? ['_s', '_t'] : [''];
  const gate = [
    conv(`${prefix}.mask_c.atten_c.0.weight`, block.bottleneck, block.inChannels, 1),
    ...bn(`${prefix}.mask_c.atten_c.1`, block.bottleneck),
    conv(`${prefix}.mask_c.atten_c.3.weight`, block.channels, block.bottleneck, 1),
  ].map((parameter) => ({ ...parameter, gate: true }));
  return [
    ...(spec.gated ? gate : []),
    conv(`${prefix}.conv1.weight`, block.channels, block.inChannels, 3),
    ...suffixes.flatMap((suffix) => bn(`${prefix}.bn1${suffix}`, block.channels)),
    ...narrowBns(network, `${prefix}.bn1`, block.channels),
    conv(`${prefix}.conv2.weight`, block.channels, block.channels, 3),
    ...suffixes.flatMap((suffix) => bn(`${prefix}.bn2${suffix}`, block.channels)),
    ...narrowBns(network, `${prefix}.bn2`, block.channels),
    ...(block.downsample
      ? [
          conv(`${prefix}.downsample.0.weight`, block.channels, block.inChannels, 1),
          ...switchableBn(network, `${prefix}.downsample.1`, block.channels),
        ]
      : []),
  ];
}

function conv(name: string, out: number, input: number, kernel: number): ParameterSpec {
  const shape = [out, input, kernel, kernel];
  return { name, shape, initial: 'kaiming-fan-out', fanIn: input * kernel * kernel, gate: false };
}

function bn(layer: string, channels: number): ParameterSpec[] {
  return [
    { name: `${layer}.weight`, shape: [channels], initial: 'one', fanIn: 1, gate: false },
    { name: `${layer}.bias`, shape: [channels], initial: 'zero', fanIn: 1, gate: false },
  ];
}

function linear(layer: string, out: number, input: number): ParameterSpec[] {
  return [
    { name: `${layer}.weight`, shape: [out, input], initial: 'uniform-fan-in', fanIn: input, gate: false },
    { name: `${layer}.bias`, shape: [out], initial: 'uniform-fan-in', fanIn: input, gate: false },
  ];
}

function initialValues(spec: ParameterSpec, random: Random): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape));
  switch (spec.initial) {
    case 'one':
      return values.fill(1);
    case 'zero':
      return values;
    case 'kaiming-fan-out': {
      const [out, , kh, kw] = spec.shape as readonly [number, number, number, number];
      const std = Math.sqrt(2 / (out * kh * kw));
      return values.map(() => std * random.normal());
    }
    case 'uniform-fan-in': {
      const bound = 1 / Math.sqrt(spec.fanIn);
      return values.map(() => random.between(-bound, bound));
    }
  }
}

/** The tensor of that name. @throws Error if it is missing or does not have `size` values */
export function namedTensor(tensors: NamedTensors, name: string, size: number): Float32Array {
  const values = tensors.get(name);
  if (values === undefined) throw new Error(`weights: ${name} is missing`);
  if (values.length !== size) {
    throw new Error(`weights: ${name} must have ${size} values, got ${values.length}`);
  }
  return values;
}

/** Momenta of an optimiser that has made no step. */
export function initialMomenta(parameters: NamedTensors): Map<string, Float32Array> {
  return new Map([...parameters].map(([name, values]) => [name, new Float32Array(values.length)]));
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
