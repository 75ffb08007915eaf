import { beforeEach, expect, it, vi } from 'vitest';
import type { Dataset } from './dataset.ts';
import { fingerprintOf, imagesPieces } from './imagesFile.ts';
import { keptImages } from './keptImages.ts';

const files = new Map<string, Blob>();
const folder = {
  getDirectoryHandle: async () => folder,
  getFileHandle: async (name: string) => {
    const file = files.get(name);
    if (file === undefined) throw new DOMException('no such file', 'NotFoundError');
    return { getFile: async () => file };
  },
  removeEntry: async (name: string) => void files.delete(name),
};

const part: Dataset = {
  ...{ name: 'some', count: 1, size: 1, pixels: Uint8Array.of(1, 2, 3), labels: Uint8Array.of(0) },
  ...{ classes: [], recipe: 'stl10' },
};
const DATA = { train: part, test: part };

beforeEach(() => {
  files.clear();
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => folder } });
});

it('gives the images of a copy, and says so if there is none or it has changed', async () => {
  const fingerprint = await fingerprintOf(DATA);
  await expect(keptImages(fingerprint)).rejects.toThrow(
    /kept copy of this run’s images cannot be read: no such file\. Choose its files again\./,
  );
  const copy = new Blob(imagesPieces(DATA).map((piece) => new Uint8Array(piece)));
  files.set(`${fingerprint}.images`, copy);
  expect(await keptImages(fingerprint)).toEqual({ ...DATA, fingerprint });
  files.set('other.images', copy);
  await expect(keptImages('other')).rejects.toThrow(
    /kept copy of this run’s images is damaged\. Choose its files again\./,
  );
  expect([...files.keys()]).toEqual([`${fingerprint}.images`]);
});
