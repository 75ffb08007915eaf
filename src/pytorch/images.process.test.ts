import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../cli/images/decodePicture.ts';
import type { LayoutChoice } from '../data/formats/files.ts';
import { readFiles } from '../data/formats/readFiles.ts';
import type { Dataset } from '../data/images/dataset.ts';
import { pngOf } from '../data/pictures/picture.fixture.ts';
import { hashedUniform } from '../random.ts';
import { hasTorch, inFolder, PATIENCE, python, readBytes, SOURCE_FOLDER, TORCH } from './python.fixture.ts';

type Files = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

/** What is read: files or a folder by name, at a side (null: their own), and how many of them (null: all). */
interface Order {
  readonly paths: readonly string[];
  readonly side: number | null;
  readonly limit: number | null;
}

const READ = `
import json, sys
sys.path.insert(0, sys.argv[1])
import dualgate_views as views
for place, order in enumerate(json.loads(sys.argv[2])):
    images = views.read_images(order["paths"], None, order["side"], order["limit"])
    pixels = images.batch(list(range(images.count))).permute(0, 2, 3, 1)
    with open(f"{place}.out", "wb") as file:
        file.write(bytes(pixels.flatten().tolist()))
`;

/** The bytes that Python reads, u8 [N, S, S, 3] for each order. */
function readInPython(files: Files, orders: readonly Order[]): Promise<Uint8Array[]> {
  return inFolder((folder) => {
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const { code, text } = python(['-c', READ, SOURCE_FOLDER, JSON.stringify(orders)], folder);
    expect(code, text).toBe(0);
    return orders.map((_, place) => readBytes(folder, `${place}.out`));
  });
}

/** The images that DualGate trains on, from the same files. */
async function readHere(
  files: Files,
  { side, limit }: Order,
  layout: LayoutChoice | null = null,
): Promise<Dataset> {
  const sources = Object.entries(files).map(([path, bytes]) => ({ path, file: new File([bytes], path) }));
  const limits = { train: limit, test: null };
  return (await readFiles(sources, null, { side, limits, layout, decode: decodePicture })).train!;
}

function noise(length: number, record: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i % record === 0 ? 0 : 256 * hashedUniform(7, i)));
}

/** The largest difference in levels; infinite if the number or side of the images differs. */
function furthest(values: Uint8Array, expected: Uint8Array): number {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

describe.skipIf(!hasTorch)(`images in the exported Python (${TORCH})`, () => {
  it(
    'are DualGate’s to the byte: records at their own side, smaller and larger, the first of them',
    async () => {
      const cifar = { 'noise.bin': noise(12 * 3073, 3073) };
      const stl10 = { 'train_X.bin': noise(3 * 27648, 27648) };
      const at = (files: Files, side: number | null, limit: number | null) =>
        [files, { paths: Object.keys(files), side, limit }] as const;
      const cases = [
        at(cifar, null, 5),
        at(cifar, 13, null),
        at(cifar, 48, 7),
        at(stl10, null, null),
        at(stl10, 32, 2),
      ];
      const read = await readInPython(
        { ...cifar, ...stl10 },
        cases.map(([, order]) => order),
      );
      for (const [place, [files, order]] of cases.entries())
        expect(furthest(read[place]!, (await readHere(files, order)).pixels), JSON.stringify(order)).toBe(0);
    },
    PATIENCE,
  );

  it(
    'keep their hue where it is turned by 0',
    () => {
      const turn = `
import sys
sys.path.insert(0, sys.argv[1])
import torch
import dualgate_views as views
x = torch.randint(0, 256, (2, 3, 8, 8), generator=torch.Generator().manual_seed(1)).float()
turned = views._change(3, x, torch.tensor([0.0, 0.1]).view(2, 1, 1, 1))
print(bool((turned[0] == x[0]).all()), bool((turned[1] == x[1]).all()))
`;
      expect(python(['-c', turn, SOURCE_FOLDER]).text.trim()).toBe('True False');
    },
    PATIENCE,
  );
});

const hasPillow = hasTorch && python(['-c', 'import PIL']).code === 0;
const PILLOW = hasPillow || !hasTorch ? TORCH : 'SKIPPED: this Python has no Pillow (python3-pil)';

describe.skipIf(!hasPillow)(`pictures in the exported Python (${PILLOW})`, () => {
  it(
    'are those that DualGate trains on, at any shape, in its order, and as many of each class',
    async () => {
      const files: Files = {
        'set/train.X1/cat/1.png': pngOf(1, 40, 31),
        'set/train.X1/cat/2.PNG': pngOf(2, 31, 40),
        'set/train.X1/cat-tail/1.png': pngOf(3, 16),
        'set/train.X2/dog/1.png': pngOf(4, 9),
        'set/train.X2/dog/2.png': pngOf(5, 100, 24),
        'set/val.X/dog/9.png': pngOf(6),
        'set/train.X2/dog/.3.png': pngOf(7),
        '__MACOSX/set/train.X1/cat/1.png': pngOf(8),
      };
      const { 'set/val.X/dog/9.png': _, ...bare } = files;
      const orders = [null, 3, 4].map((limit) => ({ paths: ['.'], side: 16, limit }));
      const read = await readInPython(files, orders);
      for (const [place, order] of orders.entries()) {
        const { count, pixels } = await readHere(files, order);
        expect(count).toBe(order.limit ?? 5);
        expect(furthest(read[place]!, pixels), `${order.limit}`).toBe(0);
      }
      // Without a test folder DualGate asks what the training folders are. Python takes them as classes.
      await expect(readHere(bare, orders[0]!)).rejects.toThrow('read in one way only');
      const [all] = await readInPython(bare, orders);
      expect(furthest(all!, (await readHere(bare, orders[0]!, 'classes')).pixels)).toBe(0);
    },
    PATIENCE,
  );

  it(
    'are upright by their EXIF note, on black where they are transparent, and of 16 bits too',
    async () => {
      const png = sharp(pngOf(1, 24));
      const files: Files = {
        'turned.jpg': await bytesOf(png.clone().jpeg({ quality: 95 }).withMetadata({ orientation: 6 })),
        'clear.png': await bytesOf(png.clone().ensureAlpha(0.25).png()),
        'deep.png': await bytesOf(png.clone().toColourspace('grey16').png()),
      };
      const orders = Object.keys(files).map((name) => ({ paths: [name], side: 12, limit: null }));
      const read = await readInPython(files, orders);
      for (const [place, [name, bytes]] of Object.entries(files).entries()) {
        const { pixels } = await readHere({ [name]: bytes }, orders[place]!);
        expect(Math.max(...pixels) - Math.min(...pixels), name).toBeGreaterThan(20);
        expect(furthest(read[place]!, pixels), name).toBeLessThanOrEqual(4);
      }
    },
    PATIENCE,
  );

  it(
    'are refused in CMYK, as the page does',
    async () => {
      const files: Files = {
        'printed.jpg': await bytesOf(sharp(pngOf(1, 24)).toColourspace('cmyk').jpeg()),
      };
      const order = { paths: ['printed.jpg'], side: 12, limit: null };
      await expect(readHere(files, order)).rejects.toThrow('CMYK');
      await expect(readInPython(files, [order])).rejects.toThrow('CMYK');
    },
    PATIENCE,
  );
});

async function bytesOf(picture: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await picture.toBuffer());
}
