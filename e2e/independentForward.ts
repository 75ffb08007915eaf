// Evaluates the network of an exported weights file from the file alone: plain loops in float64 that share
// nothing with the playground's own code. Images and maps are [C][H·W]; each call handles one image.

export interface ExportedTensor {
  readonly shape: readonly number[];
  readonly data: string;
}

/** The fields of a weights file that this loader reads. */
export interface ExportedWeights {
  readonly architecture: {
    readonly input: number;
    readonly width: number;
    readonly stem: 'cifar' | 'imagenet';
    readonly stemPadding: number;
    readonly bn: 'separate' | 'shared';
    readonly mean: readonly number[];
    readonly std: readonly number[];
    readonly bnEpsilon: number;
    readonly gateShift?: number;
  };
  readonly tensors: Readonly<Record<string, ExportedTensor>>;
  readonly parity: {
    readonly images: ExportedTensor;
    readonly features: Readonly<Partial<Record<'gated' | 'dense', ExportedTensor>>>;
  };
}

interface Maps {
  readonly channels: number;
  readonly size: number;
  /** [C · H · W] */
  readonly values: Float64Array;
}

/** Little-endian float32 values of a tensor. */
export function floats({ data, shape }: ExportedTensor): Float64Array {
  const bytes = Buffer.from(data, 'base64');
  const count = shape.reduce((product, side) => product * side, 1);
  if (bytes.length !== 4 * count)
    throw new Error(`a tensor of shape [${shape}] must have ${4 * count} bytes, got ${bytes.length}`);
  return Float64Array.from({ length: count }, (_, i) => bytes.readFloatLE(4 * i));
}

/** Features of every parity image by one branch, [count][8 · width]. */
export function independentFeatures(weights: ExportedWeights, branch: 'gated' | 'dense'): Float64Array[] {
  const { images } = weights.parity;
  const count = images.shape[0]!;
  const pixels = Buffer.from(images.data, 'base64');
  const perImage = pixels.length / count;
  const network = new Loaded(weights, branch);
  return Array.from({ length: count }, (_, i) =>
    network.features(pixels.subarray(i * perImage, (i + 1) * perImage)),
  );
}

class Loaded {
  constructor(
    private readonly weights: ExportedWeights,
    private readonly branch: 'gated' | 'dense',
  ) {}

  features(pixels: Uint8Array): Float64Array {
    const { stem, stemPadding, width } = this.weights.architecture;
    const [stride, padding] = stem === 'cifar' ? [1, stemPadding] : [2, 3];
    let x = this.conv(this.normalised(pixels), 'backbone.conv1.weight', stride, padding);
    x = relu(this.bn(x, 'backbone.bn1'));
    if (stem === 'imagenet') x = pooled(x);
    for (let stage = 1; stage <= 4; stage++) {
      for (let index = 0; index < 2; index++) {
        x = this.block(x, `backbone.layer${stage}.${index}`, stage > 1 && index === 0 ? 2 : 1);
      }
    }
    if (x.channels !== 8 * width) throw new Error(`expected ${8 * width} features, got ${x.channels}`);
    return Float64Array.from(means(x));
  }

  private normalised(pixels: Uint8Array): Maps {
    const { input, mean, std } = this.weights.architecture;
    const values = new Float64Array(3 * input * input);
    for (let p = 0; p < input * input; p++) {
      for (let c = 0; c < 3; c++)
        values[c * input * input + p] = (pixels[3 * p + c]! / 255 - mean[c]!) / std[c]!;
    }
    return { channels: 3, size: input, values };
  }

  private block(x: Maps, name: string, stride: 1 | 2): Maps {
    const suffix = this.weights.architecture.bn === 'shared' ? '' : this.branch === 'gated' ? '_s' : '_t';
    const first = relu(this.bn(this.conv(x, `${name}.conv1.weight`, stride, 1), `${name}.bn1${suffix}`));
    const inner = this.branch === 'gated' ? gated(first, this.openChannels(x, name)) : first;
    const second = this.bn(this.conv(inner, `${name}.conv2.weight`, 1, 1), `${name}.bn2${suffix}`);
    const shortcut =
      `${name}.downsample.0.weight` in this.weights.tensors
        ? this.bn(this.conv(x, `${name}.downsample.0.weight`, stride, 0), `${name}.downsample.1`)
        : x;
    return relu({ ...second, values: second.values.map((value, i) => value + shortcut.values[i]!) });
  }

  /** The gate reads the block's input. There is no noise. Logits are shifted, and zero means open. */
  private openChannels(x: Maps, name: string): boolean[] {
    const pooled: Maps = { channels: x.channels, size: 1, values: Float64Array.from(means(x)) };
    const hidden = relu(
      this.bn(this.conv(pooled, `${name}.mask_c.atten_c.0.weight`, 1, 0), `${name}.mask_c.atten_c.1`),
    );
    const logits = this.conv(hidden, `${name}.mask_c.atten_c.3.weight`, 1, 0);
    const { gateShift = 0 } = this.weights.architecture;
    return Array.from(logits.values, (logit) => logit + gateShift >= 0);
  }

  private conv(x: Maps, name: string, stride: number, padding: number): Maps {
    const [out, input, kernel] = this.tensor(name).shape as [number, number, number, number];
    if (input !== x.channels) throw new Error(`${name} takes ${input} channels, got ${x.channels}`);
    const weights = floats(this.tensor(name));
    const size = Math.floor((x.size + 2 * padding - kernel) / stride) + 1;
    const values = new Float64Array(out * size * size);
    for (let o = 0; o < out; o++) {
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          let sum = 0;
          for (let i = 0; i < input; i++) {
            for (let kr = 0; kr < kernel; kr++) {
              const r = row * stride + kr - padding;
              if (r < 0 || r >= x.size) continue;
              for (let kc = 0; kc < kernel; kc++) {
                const c = column * stride + kc - padding;
                if (c < 0 || c >= x.size) continue;
                sum +=
                  weights[((o * input + i) * kernel + kr) * kernel + kc]! *
                  x.values[(i * x.size + r) * x.size + c]!;
              }
            }
          }
          values[(o * size + row) * size + column] = sum;
        }
      }
    }
    return { channels: out, size, values };
  }

  private bn(x: Maps, layer: string): Maps {
    const [gain, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
      floats(this.tensor(`${layer}.${part}`)),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    const area = x.size * x.size;
    const { bnEpsilon } = this.weights.architecture;
    const values = x.values.map((value, i) => {
      const c = Math.floor(i / area);
      return ((value - mean[c]!) / Math.sqrt(variance[c]! + bnEpsilon)) * gain[c]! + bias[c]!;
    });
    return { ...x, values };
  }

  private tensor(name: string): ExportedTensor {
    const tensor = this.weights.tensors[name];
    if (!tensor) throw new Error(`the weights file has no ${name}`);
    return tensor;
  }
}

function relu(x: Maps): Maps {
  return { ...x, values: x.values.map((value) => Math.max(0, value)) };
}

/** Max-pool of 3 × 3, stride 2, padding 1; positions outside of the map never win. */
function pooled({ channels, size, values }: Maps): Maps {
  const side = Math.floor((size - 1) / 2) + 1;
  const most = new Float64Array(channels * side * side).fill(Number.NEGATIVE_INFINITY);
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < size; r++) {
      for (let k = 0; k < size; k++) {
        const value = values[(c * size + r) * size + k]!;
        // The windows that a pixel lies in: rows 2i − 1 to 2i + 1.
        for (let i = Math.floor(r / 2); i <= Math.min(side - 1, Math.floor((r + 1) / 2)); i++) {
          for (let j = Math.floor(k / 2); j <= Math.min(side - 1, Math.floor((k + 1) / 2)); j++) {
            const at = (c * side + i) * side + j;
            most[at] = Math.max(most[at]!, value);
          }
        }
      }
    }
  }
  return { channels, size: side, values: most };
}

function gated(x: Maps, open: readonly boolean[]): Maps {
  const area = x.size * x.size;
  return { ...x, values: x.values.map((value, i) => (open[Math.floor(i / area)] ? value : 0)) };
}

function means({ channels, size, values }: Maps): number[] {
  const area = size * size;
  return Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let p = 0; p < area; p++) sum += values[c * area + p]!;
    return sum / area;
  });
}
