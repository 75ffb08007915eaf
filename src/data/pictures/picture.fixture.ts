import { deflateSync } from 'node:zlib';
import type { DecodeImage } from './decode.ts';
import { pictureHeader } from './pictureHeader.ts';

/** A PNG of RGB pixels, u8 [height, width, 3], written from the format's description. */
export function makePng(width: number, height: number, pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(3 * y * width, 3 * (y + 1) * width), y * (1 + 3 * width) + 1);
  }
  const header = [...big(width), ...big(height), 8, 2, 0, 0, 0];
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const parts = [chunk('IHDR', header), chunk('IDAT', [...deflateSync(rows)]), chunk('IEND', [])];
  return Uint8Array.from([...signature, ...parts.flat()]);
}

/** A PNG with one colour for each `seed`, and a gradient that changes under every flip or turn. */
export function pngOf(seed: number, width = 8, height = width): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    pixels[3 * i] = (40 * seed + i) % 256;
    pixels[3 * i + 1] = (90 * seed + 3 * Math.floor(i / width)) % 256;
    pixels[3 * i + 2] = (17 * seed) % 256;
  }
  return makePng(width, height, pixels);
}

/**
 * A stand-in for a decoder, for tests of the flow: it gives one grey, which is the length of the picture's
 * file.
 */
export const decodeGrey: DecodeImage = async (bytes, name) => {
  const { width, height } = pictureHeader(bytes, name);
  return { width, height, pixels: new Uint8Array(4 * width * height).fill(bytes.length % 256) };
};

function chunk(type: string, data: readonly number[]): number[] {
  const body = [...new TextEncoder().encode(type), ...data];
  return [...big(data.length), ...body, ...big(crc(body))];
}

function big(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}

function crc(bytes: readonly number[]): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
