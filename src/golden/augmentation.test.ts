import { describe, expect, it } from 'vitest';
import { checkAugmentation } from './augmentation.ts';
import { TFJS } from './tfjs/underTest.ts';
import vectors from './vectors/k_augment.json';

const bytes = { shape: [1, 1, 3], u8: 'AAAA' };
const withOps = (...ops: unknown[]) => ({ section: 'k', ops });

describe('golden section k', () => {
  it('single operations match PIL and torchvision, to the byte', async () => {
    const rows = await checkAugmentation(vectors, TFJS);
    expect(rows.length).toBe(vectors.ops.length);
    expect(rows.filter((row) => row.worstError > 0)).toEqual([]);
    expect(rows.every((row) => row.passed)).toBe(true);
  });

  it('fails where the image is another one', async () => {
    const op = {
      op: 'brightness',
      params: { factor: 0.5 },
      x: { ...bytes, u8: 'AGT/' },
      y: { ...bytes, u8: 'ADJ8' },
    };
    const [row] = await checkAugmentation(withOps(op), TFJS);
    expect(row).toMatchObject({ worstError: 3, tolerance: 1, passed: false });
    expect(row!.check).toContain('brightness {"factor":0.5}');
  });

  it('refuses an unknown operation, another section and images that are not square', async () => {
    const unknown = { op: 'posterize', params: { bits: 4 }, x: bytes, y: bytes };
    await expect(checkAugmentation(withOps(unknown), TFJS)).rejects.toThrow(
      /not the known schema[\s\S]*ops\[0\]\.op/,
    );
    await expect(checkAugmentation({ ...vectors, section: 'g' }, TFJS)).rejects.toThrow('section');
    const oblong = { shape: [1, 2, 3], u8: 'AAAAAAAA' };
    const flip = { op: 'hflip', params: {}, x: oblong, y: oblong };
    await expect(checkAugmentation(withOps(flip), TFJS)).rejects.toThrow('must be [S, S, 3], got [1,2,3]');
  });

  it('takes images and crops of other sizes', async () => {
    const crop = {
      op: 'resized_crop_bicubic',
      params: { top: 0, left: 0, height: 1, width: 1, size: 2 },
      x: { shape: [1, 1, 3], u8: 'AQID' },
      y: { shape: [2, 2, 3], u8: 'AQIDAQIDAQIDAQID' },
    };
    expect((await checkAugmentation(withOps(crop), TFJS))[0]!.worstError).toBe(0);
  });
});
