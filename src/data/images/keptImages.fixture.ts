import { vi } from 'vitest';
import type { Dataset } from './dataset.ts';
import { imagesPieces } from './imagesFile.ts';

const part: Dataset = {
  ...{ name: 'some', count: 1, size: 1, pixels: Uint8Array.of(1, 2, 3), labels: Uint8Array.of(0) },
  ...{ classes: [], recipe: 'stl10' },
};
export const KEPT = { train: part, test: part };

/** The bytes of a kept copy of `KEPT`. */
export const copyOfKept = () => new Blob(imagesPieces(KEPT).map((piece) => new Uint8Array(piece)));

/** Has the browser keep files in memory. @returns these files by their names, none at first */
export function browserInMemory(): Map<string, Blob> {
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
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => folder } });
  return files;
}
