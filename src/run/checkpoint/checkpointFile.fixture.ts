import type { RunConfig } from '../../config.ts';
import { Batches } from '../../session/course/batches.ts';
import { FIRST_AIM } from '../../session/course/exactBudget.ts';
import { noiseData } from '../../session/session.fixture.ts';
import { engineSetup } from '../../session/stage.ts';
import type { CheckpointFile } from './checkpointFile.ts';

// Checkpoints as they are, and as somebody might write them on purpose.

const { train } = noiseData();

/** A run after one batch. Every tensor has values that any rounding would change. */
export function standing(
  config: RunConfig,
  changes: Partial<CheckpointFile['checkpoint']> = {},
): CheckpointFile {
  const batches = new Batches(config, train);
  batches.draw();
  const { initial } = engineSetup(config, train);
  const moved = (tensors: ReadonlyMap<string, Float32Array>) =>
    new Map([...tensors].map(([name, values]) => [name, values.map((v, i) => v + Math.sin(i) / 3)]));
  return {
    config,
    input: train.size,
    checkpoint: {
      ...{ step: 1, trainingMs: 12.345, budget: 0.1 + 0.2, aim: FIRST_AIM },
      floors: { rawPixels: 1 / 3, untrained: { gated: 0.1, dense: null } },
      batches: batches.position(),
      images: 'ab12',
      engine: {
        parameters: moved(initial.parameters),
        buffers: moved(initial.buffers),
        momenta: moved(initial.momenta),
      },
      ...changes,
    },
    attachment: 'a attachment: π, 中文, 🙂',
  };
}

/** The file with another header and a matching checksum, as somebody might write it on purpose. */
export async function forged(bytes: Uint8Array<ArrayBuffer>, change: (header: Header) => unknown) {
  const view = new DataView(bytes.buffer);
  const length = view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(44, 44 + length)));
  const text = new TextEncoder().encode(JSON.stringify(change(header)));
  const size = Math.ceil(text.length / 4) * 4;
  const made = new Uint8Array(44 + size + bytes.length - 44 - length).fill(0x20, 44);
  made.set(bytes.subarray(0, 8));
  new DataView(made.buffer).setUint32(8, size, true);
  made.set(text, 44);
  made.set(bytes.subarray(44 + length), 44 + size);
  made.set(new Uint8Array(await crypto.subtle.digest('SHA-256', made.subarray(44))), 12);
  return made;
}

type Tensor = [group: string, name: string, length: number];
export interface Header {
  readonly tensors: Tensor[];
  readonly config: RunConfig;
  readonly [key: string]: unknown;
}

function with0({ tensors }: Header, change: (length: number) => number): Tensor[] {
  const [[group, name, length], ...others] = tensors as [Tensor, ...Tensor[]];
  return [[group, name, change(length)], ...others];
}

function stillOrder({ streams }: Header): unknown {
  return { ...(streams as object), order: [0, 0, 0, 0] };
}

/** What is wrong with a header, how it is changed, and the words of the refusal. */
export const FORGED: readonly (readonly [
  fault: string,
  change: (header: Header) => unknown,
  words: RegExp,
])[] = [
  ['more numbers than it has', (h) => ({ ...h, rows: 2 ** 27 }), /must have \d+ bytes or more, got/],
  ['more images than there can be', (h) => ({ ...h, rows: 2 ** 40 }), /does not fit at rows/],
  [
    'a tensor of another size',
    (h) => ({ ...h, tensors: with0(h, (length) => length - 1) }),
    /must be 108 numbers, got 107/,
  ],
  [
    'a tensor twice',
    (h) => ({ ...h, tensors: [h.tensors[0], h.tensors[0], ...h.tensors.slice(2)] }),
    /not twice/,
  ],
  [
    'a tensor less',
    (h) => ({ ...h, tensors: h.tensors.slice(0, -1) }),
    /lacks momenta of projector\.6\.bias/,
  ],
  ['another network', (h) => ({ ...h, config: { ...h.config, width: 8 } }), /must be 216 numbers, got 108/],
  [
    'a width beyond all',
    (h) => ({ ...h, config: { ...h.config, width: 4e9 } }),
    /settings cannot run: Width/,
  ],
  ['a step that the run has not', (h) => ({ ...h, step: 7 }), /one of its run’s 6 steps, got 7/],
  ['a batch beyond the epoch', (h) => ({ ...h, next: 4 }), /must be one of 4, counted from 0, got 4/],
  [
    'a stream without a state',
    (h) => ({ ...h, streams: { order: [], augment: [], gate: [] } }),
    /streams\.order/,
  ],
  ['a stream that stands still', (h) => ({ ...h, streams: stillOrder(h) }), /must not be all zero/],
  ['no header at all', () => null, /does not fit at its top/],
  ['an empty header', () => undefined, /header must be JSON/],
];
