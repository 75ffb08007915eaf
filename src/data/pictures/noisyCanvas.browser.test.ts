import { afterAll, beforeAll, expect, it } from 'vitest';
import { DECODE_CASES } from './decode.fixture.ts';
import { decodeBitmap, decodingNotice } from './decodeBitmap.ts';
import { outcomeOf } from './outcome.fixture.ts';

// A browser that changes what is read from canvases, and has no other way. The decoder keeps what it found
// out, so this test has a page of its own.

const { getImageData } = OffscreenCanvasRenderingContext2D.prototype;
const { copyTo } = VideoFrame.prototype;
beforeAll(() => {
  OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...where) {
    const picture = getImageData.apply(this, where);
    picture.data[picture.data.length >> 1]! ^= 1;
    return picture;
  };
  VideoFrame.prototype.copyTo = () => Promise.reject(new DOMException('not allowed'));
});
afterAll(() => {
  OffscreenCanvasRenderingContext2D.prototype.getImageData = getImageData;
  VideoFrame.prototype.copyTo = copyTo;
});

it('reads PNG, refuses what needs a canvas rather than train on noise, and says so', async () => {
  expect(await decodingNotice()).toBeNull();
  for (const { what, base64, corners } of DECODE_CASES) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const outcome = await outcomeOf(decodeBitmap, what, bytes);
    if ('pixels' in outcome) {
      expect(what).toContain('PNG');
      expect([...outcome.pixels.subarray(0, 3)]).toEqual(corners[0]);
    } else {
      expect(what).toMatch(/JPEG|WebP/);
      expect(outcome.refusal).toContain(`${what} cannot be read in this browser`);
      expect(outcome.refusal).toContain('save the pictures as PNG');
    }
  }
  expect(await decodingNotice()).toMatch(/JPEG and WebP files are refused/);
});
