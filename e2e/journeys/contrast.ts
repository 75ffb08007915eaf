import type { Locator } from '@playwright/test';
import sharp from 'sharp';

/**
 * The share of an element's pixels that stand out from a colour, as they come to the screen: those with a
 * contrast of at least 3:1, which WCAG 2.2 asks of graphics.
 * @param against red, green and blue, 0–255
 */
export async function standsOut(element: Locator, against: readonly number[]): Promise<number> {
  const { data, info } = await sharp(await element.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const ground = luminance(against);
  const pixels = info.width * info.height;
  const seen = Array.from({ length: pixels }, (_, i) => luminance(data.subarray(3 * i, 3 * i + 3))).filter(
    (light) => (Math.max(light, ground) + 0.05) / (Math.min(light, ground) + 0.05) >= 3,
  );
  return seen.length / pixels;
}

/** Relative luminance of an sRGB colour, as WCAG defines it. */
function luminance(color: ArrayLike<number>): number {
  const [red, green, blue] = [0, 1, 2].map((channel) => {
    const share = color[channel]! / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
