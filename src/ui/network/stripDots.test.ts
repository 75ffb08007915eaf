import { expect, it } from 'vitest';
import { contrastGroups, type MapGates } from '../../store/run/channels.ts';
import type { Ready } from '../../store/run/run.ts';
import { contrastDots, dotsPerRow, imageDots, usageDots } from './stripDots.ts';

const block = (name: string, channels: number) => ({ name, channels }) as Ready['network']['blocks'][number];
const WIDE = 130;
const blocks = [block('layer1.0', 3), block('layer4.1', WIDE)];
// Two images. The first opens channels 0 and 2 and the first half of the wide block; the second opens the
// others.
const gates: MapGates = {
  ...{ epoch: 0, step: 1 },
  blocks: [
    Uint8Array.of(1, 0, 1, /**/ 0, 1, 0),
    Uint8Array.from({ length: 2 * WIDE }, (_, i) => Number(i % WIDE < WIDE / 2 === i < WIDE)),
  ],
};
const inOrder = (count: number) => Array.from({ length: count }, (_, channel) => channel);

it('over the test set, dots are sorted by what channels are', () => {
  const usage = { block: 'layer1.0', channels: 4, on: 1, dependent: 1, off: 2, open: 0.4 };
  expect(usageDots(usage).map(({ kind }) => kind)).toEqual(['on', 'dependent', 'off', 'off']);
});

it('rows of dots are full: eight in a row, or as many as divide the channels', () => {
  expect([4, 8, 16, 64, 12, 20, 14, 11].map(dotsPerRow)).toEqual([4, 8, 8, 8, 6, 5, 7, 8]);
});

it('for one image, a dot is one channel in the given order', () => {
  expect(imageDots(blocks, gates, 0, 0, [2, 1, 0], null)).toEqual([
    { key: '2', kind: 'on', telling: false },
    { key: '1', kind: 'off', telling: false },
    { key: '0', kind: 'on', telling: false },
  ]);
});

it('a wide block has 64 dots, mixed where their channels are', () => {
  const dots = imageDots(blocks, gates, 1, 1, inOrder(WIDE), null);
  expect(dots).toHaveLength(64);
  expect(dots[0]!.kind).toBe('off');
  expect(dots.at(-1)!.kind).toBe('on');
  const alternating = inOrder(WIDE).sort((a, b) => (a % 65) - (b % 65));
  const mixed = imageDots(blocks, gates, 1, 1, alternating, null).filter(({ kind }) => kind === 'mixed');
  expect(mixed.length).toBeGreaterThan(50);
  expect(mixed[0]!.color).toMatch(/^color-mix\(in oklab, var\(--gated\) \d+%, var\(--closed\)\)$/);
});

it('between groups, colours say which opens a channel more often, and rings which tell them apart', () => {
  const contrast = contrastGroups(blocks, gates, { a: new Set([0]), b: new Set([1]) })!;
  const dots = contrastDots(0, [0, 1, 2], contrast);
  expect(dots.map(({ color }) => /--(gated|dense)\) (\d+)%/.exec(color!)!.slice(1))).toEqual([
    ['gated', '100'],
    ['dense', '100'],
    ['gated', '100'],
  ]);
  expect(dots.every(({ telling }) => telling)).toBe(true);
  expect(contrastDots(1, inOrder(WIDE), contrast).filter(({ telling }) => telling)).toHaveLength(5);
});
