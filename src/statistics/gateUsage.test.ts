import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../network/layers.ts';
import { denseMacCount, gateUsage } from './gateUsage.ts';

interface SparsityFile {
  readonly width: number;
  readonly N: number;
  readonly sets: readonly {
    kind: string;
    masks: readonly { shape: readonly number[]; f32: string }[];
    density: readonly number[];
    flops_conv_per_block_per_sample: readonly (readonly number[])[];
    flops_real: number;
    flops_orig: number;
    rows: readonly { ratio: number }[];
  }[];
}

const golden: SparsityFile = JSON.parse(
  readFileSync(new URL('../golden/vectors/c_sparsity.json', import.meta.url), 'utf8'),
);

const network = buildNetwork({
  input: 32,
  width: golden.width,
  stem: 'cifar',
  stemPadding: 2,
  gated: true,
  bn: 'separate',
  projector: { hidden: 8, output: 8 },
});

/** Little-endian float32 0/1 as bytes. */
function gateOf({ f32 }: { f32: string }): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(f32, 'base64'));
  return Uint8Array.from(new Float32Array(bytes.buffer));
}

/** Gates that open channel c of image n where `open` says so. */
function gates(images: number, open: (n: number, c: number) => boolean): Uint8Array[] {
  return network.blocks.map(({ channels }) =>
    Uint8Array.from({ length: images * channels }, (_, i) =>
      Number(open(Math.floor(i / channels), i % channels)),
    ),
  );
}

describe('gateUsage', () => {
  it.each(golden.sets)('equals the authors’ counts on their $kind masks', (set) => {
    const { macs, macsPerImage, channelUsage } = gateUsage(network, set.masks.map(gateOf));
    expect(macs.dense).toBe(set.flops_orig);
    expect(macs.gated).toBeCloseTo(set.flops_real, 3);
    expect(macs.ratio).toBeCloseTo(set.rows[0]!.ratio, 9);
    expect(macs.reduction).toBeCloseTo(1 - set.rows[0]!.ratio, 9);
    const overhead = network.stem.macs + network.blocks.reduce((sum, block) => sum + block.macs.mask, 0);
    macsPerImage.forEach((count, n) => {
      const convolutions = set.flops_conv_per_block_per_sample.reduce((sum, block) => sum + block[n]!, 0);
      expect(count).toBe(convolutions + overhead);
    });
    channelUsage.forEach(({ open }, l) => {
      expect(open).toBeCloseTo(set.density[l]!, 6);
    });
  });

  it('sorts channels into never open, always open and decided by the image', () => {
    // Channel 0 is closed, channel 1 open, channel 2 open for even images; all others are open for image 0
    // only.
    const { channelUsage } = gateUsage(
      network,
      gates(3, (n, c) => c === 1 || (c === 2 && n % 2 === 0) || (c > 2 && n === 0)),
    );
    expect(channelUsage.map(({ block }) => block)).toEqual(network.blocks.map(({ name }) => name));
    for (const { channels, off, on, dependent, open } of channelUsage) {
      expect([off, on, dependent]).toEqual([1, 1, channels - 2]);
      expect(open).toBeCloseTo((3 + 2 + (channels - 3)) / (3 * channels), 12);
    }
  });

  it('of a single image depends on nothing', () => {
    const { channelUsage } = gateUsage(
      network,
      gates(1, (_, c) => c < 5),
    );
    for (const { off, on, channels, dependent } of channelUsage) {
      expect([off, on, dependent]).toEqual([channels - 5, 5, 0]);
    }
  });

  it('refuses gates of another shape', () => {
    const sound = gates(2, () => true);
    expect(() => gateUsage(network, sound.slice(1))).toThrow('gates must be [N, C]');
    expect(() => gateUsage(network, sound.with(3, new Uint8Array(16)))).toThrow('C = 8, 8, 16, 16');
    expect(() => gateUsage(network, [])).toThrow('got sizes none');
  });
});

describe('denseMacCount', () => {
  it('has no gated branch', () => {
    expect(denseMacCount(network)).toEqual({ dense: 11_211_616, gated: null, ratio: null, reduction: null });
  });
});
