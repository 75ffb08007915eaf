import { describe, expect, it } from 'vitest';
import { BITMAP_OPTIONS, faithfulReader, type ReadBitmap, readByCanvas, readByFrame } from './readBitmap.ts';

/** Reads by a canvas, and changes one value by one, as noise against fingerprinting does. */
const noisy: ReadBitmap = async (bitmap) => {
  const picture = await readByCanvas(bitmap);
  picture.pixels[4 * 1000 + 1]! ^= 1;
  return picture;
};

const absent: ReadBitmap = () => Promise.reject(new ReferenceError('VideoFrame is not defined'));

describe('faithfulReader', () => {
  it('takes the canvas where it gives back what was drawn, and has nothing to say', async () => {
    expect(await faithfulReader()).toEqual({ read: readByCanvas, notice: null });
  });

  it('goes on without a canvas where that changes pixels, and says so', async () => {
    const { read, notice } = await faithfulReader(noisy);
    expect(read).toBe(readByFrame);
    expect(notice).toMatch(/changes what is read from a canvas.*read without a canvas instead/);
  });

  it.each([
    ['changes pixels too', noisy],
    ['is not there', absent],
  ])('has no way where the other one %s, and says what to do', async (_, other) => {
    const { read, notice } = await faithfulReader(noisy, other);
    expect(read).toBeNull();
    expect(notice).toMatch(/PNG files are read.*JPEG and WebP files are refused.*allow this site/);
  });
});

it.each([
  [1, 1],
  [3, 2],
  [37, 21],
  [64, 64],
])('canvas and frame give the same pixels of %i × %i, opaque or not', async (width, height) => {
  for (const opaque of [true, false]) {
    const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
      opaque && i % 4 === 3 ? 255 : (i * 89) % 256,
    );
    const bitmap = await createImageBitmap(new ImageData(data, width), BITMAP_OPTIONS);
    const [canvas, frame] = [await readByCanvas(bitmap), await readByFrame(bitmap)];
    expect([frame.width, frame.height]).toEqual([width, height]);
    expect([...frame.pixels]).toEqual([...canvas.pixels]);
    bitmap.close();
  }
});
