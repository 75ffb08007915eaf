import { describe, expect, it } from 'vitest';
import { type Crop, identityView } from '../data/images/views.ts';
import { packBytes, packBytesBetween, packViews, RECORD_WORDS } from './viewRecords.ts';
import { viewTables } from './viewTables.ts';

describe('packViews', () => {
  it('puts view p of image n at row p · N + n', () => {
    const shifted = (left: number) => ({
      ...identityView(8),
      crop: { top: 0, left, height: 8, width: 8 - left },
    });
    const first = [shifted(0), shifted(1)];
    const second = [shifted(2), shifted(3)];
    const records = packViews(Uint32Array.of(70, 71), [first, second], 8);
    expect(records.length).toBe(4 * RECORD_WORDS);
    const rows = [0, 1, 2, 3].map((row) => records.subarray(row * RECORD_WORDS));
    expect(rows.map(([image]) => image)).toEqual([70, 71, 70, 71]);
    expect(rows.map(([, corner]) => corner! >> 16)).toEqual([0, 1, 2, 3]);
  });

  it('refuses views that do not fit the batch or the images', () => {
    const view = identityView(8);
    expect(() => packViews(Uint32Array.of(0, 1), [[view, view], [view]], 8)).toThrow(
      'one view 2 per image, 2, got 1',
    );
    const cut = (crop: Crop) => packViews(Uint32Array.of(0), [[view], [{ ...view, crop }]], 8);
    expect(() => cut({ top: 1, left: 0, height: 8, width: 8 })).toThrow('within 8 × 8, got top 1');
    expect(() => cut({ top: 0, left: 0, height: 1.5, width: 8 })).toThrow('whole pixels');
    expect(() => cut({ top: 0, left: 0, height: 0, width: 8 })).toThrow('height 0');
  });
});

describe('packBytes', () => {
  it('puts the first byte lowest and fills the last word with zeros', () => {
    expect(packBytes(Uint8Array.of(1, 2, 3, 4, 5))).toEqual(Uint32Array.of(0x04030201, 5));
  });

  it('packs the words of some bytes, with the bytes around them', () => {
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    expect(packBytesBetween(pixels, 5, 7)).toEqual({ at: 4, words: Uint32Array.of(0x08070605) });
    expect(packBytesBetween(pixels, 3, 5)).toEqual({ at: 0, words: packBytes(pixels.subarray(0, 8)) });
    expect(packBytesBetween(pixels, 8, 10)).toEqual({ at: 8, words: Uint32Array.of(0x0a09) });
  });
});

describe('viewTables', () => {
  it.each([1, 2, 3, 7, 32, 96, 224])('weights of every crop side add up to one: %i pixels', (size) => {
    const tables = viewTables(size);
    for (let filter = 0; filter < size * size; filter++) {
      const weights = tables.subarray(filter * 4, filter * 4 + 4);
      const side = Math.trunc(filter / size) + 1;
      expect(weights[0]! & 255).toBeLessThan(side);
      const total = weights.reduce((sum, weight) => sum + (weight >> 8), 0);
      expect(Math.abs(total / 2 ** 22 - 1)).toBeLessThan(1e-6);
    }
  });

  it('refuses images whose pixels have no eight-bit place', () => {
    expect(() => viewTables(257)).toThrow('at most 256 pixels a side, got 257');
  });
});
