import { describe, expect, it } from 'vitest';
import { stream } from '../random.ts';
import { buildNetwork } from './layers.ts';
import { gatedMacs } from './macs.ts';
import {
  alwaysOnChannels,
  countsForMacs,
  equalCounts,
  everOpenChannels,
  filterNorms,
  openRates,
  prefixChannels,
  randomGates,
  shuffledGates,
  staticGates,
  topChannels,
} from './masks.ts';
import { initialBuffers, initialParameters } from './parameters.ts';
import { branchNetwork, frozenMacs, sliceNetwork, withoutGates } from './slice.ts';

const network = buildNetwork({
  input: 12,
  width: 4,
  stem: 'cifar',
  stemPadding: 1,
  gated: true,
  bn: 'separate',
  projector: { hidden: 8, output: 8 },
});
const IMAGES = 3;

/**
 * Channel 0 is always open, 1 is open for the first two images, 2 only for the last, and the others never.
 */
const gates = network.blocks.map(({ channels }) =>
  Uint8Array.from({ length: IMAGES * channels }, (_, i) => {
    const [n, c] = [Math.floor(i / channels), i % channels];
    return Number(c === 0 || (c === 1 && n < 2) || (c === 2 && n === 2));
  }),
);
const rates = openRates(network, gates);
const rowsOf = (block: Uint8Array, channels: number) =>
  Array.from({ length: block.length / channels }, (_, n) =>
    [...block.subarray(n * channels, (n + 1) * channels)].join(''),
  );
const opened = (block: Uint8Array, channels: number) =>
  rowsOf(block, channels).map((row) => row.replaceAll('0', '').length);

describe('masks from gates', () => {
  it('count how often each channel is open', () => {
    expect([...rates[0]!]).toEqual([1, 2 / 3, 1 / 3, 0]);
    expect(equalCounts(rates)).toEqual(network.blocks.map(() => 2));
  });

  it('keep the channels that are open most, half of the time, or ever', () => {
    expect(topChannels(rates, equalCounts(rates))).toEqual(network.blocks.map(() => [0, 1]));
    expect(topChannels([Float64Array.of(0.2, 0.5, 0.5, 0.9)], [2])).toEqual([[1, 3]]);
    expect(alwaysOnChannels(rates)[7]).toEqual([0, 1]);
    expect(everOpenChannels(rates)[7]).toEqual([0, 1, 2]);
    expect(prefixChannels([3, 0])).toEqual([[0, 1, 2], []]);
  });

  it('open the same channels for every image where they are static', () => {
    const kept = network.blocks.map(() => [1, 3]);
    expect(rowsOf(staticGates(network, kept, 2)[0]!, 4)).toEqual(['0101', '0101']);
  });

  it('are shuffled as whole images, none keeps its own, the same order in every block', () => {
    // Every image has a channel of its own, which identifies it.
    const own = network.blocks.map(({ channels }) =>
      Uint8Array.from({ length: 4 * channels }, (_, i) => Number(i % channels === Math.floor(i / channels))),
    );
    const moved = shuffledGates(network, own, stream(3, 'gate'));
    const owners = moved.map((block, l) =>
      rowsOf(block, network.blocks[l]!.channels).map((row) => row.indexOf('1')),
    );
    expect(owners[0]!.toSorted()).toEqual([0, 1, 2, 3]);
    owners[0]!.forEach((owner, image) => {
      expect(owner).not.toBe(image);
    });
    for (const block of owners) expect(block).toEqual(owners[0]);
  });

  it('are random image by image, with the same number of open channels', () => {
    const counts = network.blocks.map(({ channels }) => channels / 2);
    const random = randomGates(network, counts, 40, stream(1, 'gate'));
    random.forEach((block, l) => {
      const { channels } = network.blocks[l]!;
      expect(opened(block, channels)).toEqual(Array.from({ length: 40 }, () => channels / 2));
    });
    // All six pairs that four channels can form occur.
    expect(new Set(rowsOf(random[0]!, 4)).size).toBe(6);
    expect(randomGates(network, counts, 40, stream(1, 'gate'))).toEqual(random);
  });

  it('refuse gates that are not [N, C]', () => {
    expect(() => openRates(network, gates.slice(1))).toThrow(/masks: gates must be \[N, C\]/);
  });
});

describe('magnitude pruning', () => {
  const parameters = initialParameters(network, stream(2, 'init'));
  const state = { parameters, buffers: initialBuffers(network) };
  const dense = branchNetwork(network, state, 'dense');

  it('ranks channels by the L1 norm of their filters', () => {
    const w = parameters.get('backbone.layer2.0.conv1.weight')!;
    const sums = new Array<number>(8).fill(0);
    w.forEach((value, i) => {
      sums[Math.floor(i / 36)]! += Math.abs(value);
    });
    filterNorms(dense)[2]!.forEach((norm, c) => {
      expect(norm).toBeCloseTo(sums[c]!, 4);
    });
  });

  it.each([0.2, 0.35, 0.7, 1])('comes nearest to %f of the MACs, with one share for all blocks', (ratio) => {
    const macs = ratio * network.denseMacs;
    const counts = countsForMacs(network, macs);
    const costOf = (k: readonly number[]) => frozenMacs(sliceNetwork(dense, prefixChannels(k)));
    const cost = costOf(counts);
    for (let share = 0; share <= 1; share += 1 / 512) {
      const other = network.blocks.map(({ channels }) => Math.max(1, Math.round(share * channels)));
      expect(Math.abs(costOf(other) - macs)).toBeGreaterThanOrEqual(Math.abs(cost - macs) - 1e-6);
    }
  });
});

describe('MACs of a frozen network', () => {
  const state = {
    parameters: initialParameters(network, stream(2, 'init')),
    buffers: initialBuffers(network),
  };

  it('are those of the method where nothing is sliced', () => {
    const gated = branchNetwork(network, state, 'gated');
    const open = network.blocks.map((_, l) => l + 0.5);
    expect(frozenMacs(gated, open)).toBeCloseTo(gatedMacs(network, open), 6);
    expect(frozenMacs(branchNetwork(network, state, 'dense'))).toBe(network.denseMacs);
  });

  it('fall by the sliced channels, and by the gates where they are gone', () => {
    const gated = branchNetwork(network, state, 'gated');
    const kept = network.blocks.map((_, l) => (l === 3 ? [] : [0, 2]));
    const open = kept.map(({ length }) => length);
    const gateCost = network.blocks.reduce((sum, { macs }) => sum + macs.mask, 0);
    expect(frozenMacs(sliceNetwork(withoutGates(gated), kept))).toBe(gatedMacs(network, open) - gateCost);
    // The gate's last layer has a row per channel.
    const rows = network.blocks.reduce((sum, b, l) => sum + b.bottleneck * (b.inChannels + open[l]!), 0);
    expect(frozenMacs(sliceNetwork(gated, kept))).toBe(gatedMacs(network, open) - gateCost + rows);
  });
});
