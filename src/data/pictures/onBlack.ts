/**
 * Lays pixels on black, in place: each colour is multiplied by its alpha and rounded to the nearest, and A
 * becomes 255.
 * @param pixels u8 [N, 4], RGBA, colours not multiplied by alpha
 */
export function onBlack(pixels: Uint8Array | Uint8ClampedArray): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3]!;
    if (alpha === 255) continue;
    for (let i = at; i < at + 3; i++) pixels[i] = Math.round((pixels[i]! * alpha) / 255);
    pixels[at + 3] = 255;
  }
}
