/** How a test writes an EXIF block. */
export interface ExifFixture {
  readonly bigEndian: boolean;
  readonly orientation: number;
  /** The type of the value, as TIFF counts: 3 is SHORT, 4 is LONG. */
  readonly type?: 3 | 4;
}

/** An EXIF block with another entry before the orientation. */
export function exifBlock({ bigEndian, orientation, type = 3 }: ExifFixture): number[] {
  const number = (value: number, length: number) => {
    const bytes = Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);
    return bigEndian ? bytes.reverse() : bytes;
  };
  const value = type === 3 ? [...number(orientation, 2), 0, 0] : number(orientation, 4);
  return [
    ...(bigEndian ? [0x4d, 0x4d] : [0x49, 0x49]),
    ...[...number(42, 2), ...number(8, 4), ...number(2, 2)],
    ...[...number(0x0100, 2), ...number(3, 2), ...number(1, 4), ...number(7, 2), 0, 0],
    ...[...number(0x0112, 2), ...number(type, 2), ...number(1, 4), ...value],
    ...number(0, 4),
  ];
}

const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];

/** The same JPEG with segments after its first marker. */
export function jpegWith(
  jpeg: Uint8Array,
  ...segments: readonly (readonly number[])[]
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([0xff, 0xd8, ...segments.flat(), ...jpeg.subarray(2)]);
}

export function jpegSegment(marker: number, data: readonly number[]): number[] {
  const length = data.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...data];
}

/** The segment in which a JPEG has its EXIF block. */
export function exifSegment(block: readonly number[]): number[] {
  return jpegSegment(0xe1, [...EXIF, ...block]);
}

/** Where an extended WebP may have its EXIF block, and what some writers put before it. */
export interface WebpExif {
  readonly place: 'before' | 'after';
  readonly prefixed: boolean;
}

/** A simple WebP of this size, extended by an EXIF block. */
export function webpWithExif(
  webp: Uint8Array,
  [width, height]: readonly [number, number],
  block: readonly number[],
  { place, prefixed }: WebpExif,
): Uint8Array<ArrayBuffer> {
  const flags = [8, 0, 0, 0, ...little(width - 1, 3), ...little(height - 1, 3)];
  const picture = [...webp.subarray(12)];
  const exif = riffChunk('EXIF', prefixed ? [...EXIF, ...block] : block);
  const body = place === 'before' ? [...exif, ...picture] : [...picture, ...exif];
  const content = [...new TextEncoder().encode('WEBP'), ...riffChunk('VP8X', flags), ...body];
  return Uint8Array.from(riffChunk('RIFF', content));
}

function riffChunk(type: string, data: readonly number[]): number[] {
  const padding = data.length % 2 === 1 ? [0] : [];
  return [...new TextEncoder().encode(type), ...little(data.length, 4), ...data, ...padding];
}

function little(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);
}
