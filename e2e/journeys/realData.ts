import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import sharp from 'sharp';
import { REAL_DATA } from '../../src/data/formats/realData.fixture.ts';

// The files of real images that journeys take.

export const STL10 = join(REAL_DATA, 'stl10/unlabeled-246_X.bin');
export const CIFAR100 = join(REAL_DATA, 'cifar100/cifar100-true-test-first20.bin');
export const PARQUET = join(REAL_DATA, 'huggingface/cifar10-hf-20.parquet');
export const TINY = join(REAL_DATA, 'imagenet100/tiny64-val-1000.bin');

/** Whether the file is missing here, so that a journey with it cannot run. */
export function isMissing(path: string): boolean {
  return !existsSync(path);
}

/** Side of Tiny-ImageNet's photos, pixels; a record is a label and three planes. */
const TINY_SIDE = 64;
const TINY_PLANE = TINY_SIDE ** 2;

/** A picture with its place in a folder of class folders. */
export interface Photo {
  readonly path: string;
  readonly png: Uint8Array;
}

/** The first `each` photos of the first `classes` classes, as PNG: “class-07/2.png”. */
export async function photos(classes: number, each: number): Promise<Photo[]> {
  const bytes = readFileSync(TINY);
  const record = 1 + 3 * TINY_PLANE;
  const found = new Map<number, Promise<Photo>[]>();
  for (let at = 0; at < bytes.length; at += record) {
    const label = bytes[at]!;
    const kept = found.get(label) ?? [];
    if (label >= classes || kept.length === each) continue;
    const path = `class-${String(label).padStart(2, '0')}/${kept.length}.png`;
    kept.push(pngOf(bytes.subarray(at + 1, at + record)).then((png) => ({ path, png })));
    found.set(label, kept);
  }
  return Promise.all([...found.values()].flat());
}

async function pngOf(planes: Uint8Array): Promise<Uint8Array> {
  const pixels = Buffer.alloc(3 * TINY_PLANE);
  for (let i = 0; i < TINY_PLANE; i++)
    for (let c = 0; c < 3; c++) pixels[3 * i + c] = planes[c * TINY_PLANE + i]!;
  const raw = { width: TINY_SIDE, height: TINY_SIDE, channels: 3 } as const;
  return sharp(pixels, { raw }).png().toBuffer();
}

/** Writes pictures below a folder, and returns it. */
export function writeFolder(folder: string, pictures: readonly Photo[]): string {
  for (const { path, png } of pictures) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), png);
  }
  return folder;
}

/** Writes pictures into a zip, and returns its path. */
export async function writeZip(path: string, pictures: readonly Photo[]): Promise<string> {
  const zip = new ZipWriter(new BlobWriter());
  for (const { path: name, png } of pictures) await zip.add(name, new Uint8ArrayReader(png));
  writeFileSync(path, Buffer.from(await (await zip.close()).arrayBuffer()));
  return path;
}
