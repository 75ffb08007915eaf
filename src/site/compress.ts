import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** What compresses: text, WebAssembly, and packs of images. Pictures are compressed already. */
const KINDS = new Set(['.html', '.js', '.css', '.json', '.svg', '.wasm', '.bin']);
/** Smaller files fill no more than one packet of the network in any form, bytes. */
const LEAST_BYTES = 1000;
/** The part of a file that must be saved, because a compressed file takes its reader time. */
const LEAST_SAVED = 0.05;
/**
 * Brotli's effort by size: what a first visit loads is worth a second of the build. Packs of images hardly
 * gain from more, and take minutes.
 */
const EFFORTS = [
  { belowBytes: 700_000, quality: 11 },
  { belowBytes: 3_000_000, quality: 9 },
  { belowBytes: Number.POSITIVE_INFINITY, quality: 5 },
];

/**
 * Writes a compressed neighbour (`name.br`, `name.gz`) beside each file that has something to gain. Servers
 * with `brotli_static`, `gzip_static` or the like send it as it is, and so does `npm start`: nobody
 * compresses on the fly.
 */
export const compressedNeighbours: Plugin = {
  name: 'compressed-neighbours',
  apply: 'build',
  writeBundle: {
    // After all that other plugins write.
    order: 'post',
    sequential: true,
    async handler({ dir }) {
      if (dir === undefined) throw new Error('compressed neighbours: the build must have a folder');
      await compressFolder(dir);
    },
  },
};

/** Compresses the files of a folder and of the folders in it. */
export async function compressFolder(folder: string): Promise<void> {
  const paths = await readdir(folder, { recursive: true });
  await Promise.all(
    paths.filter((path) => KINDS.has(extname(path))).map((path) => compressFile(join(folder, path))),
  );
}

async function compressFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < LEAST_BYTES) return;
  const { quality } = EFFORTS.find(({ belowBytes }) => bytes.length < belowBytes)!;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const keep = async (ending: string, packed: Buffer) => {
    if (packed.length <= bytes.length * (1 - LEAST_SAVED)) await writeFile(path + ending, packed);
  };
  await Promise.all([
    brotli(bytes, { params }).then((packed) => keep('.br', packed)),
    gzipped(bytes, { level: bytes.length < 3_000_000 ? 9 : 6 }).then((packed) => keep('.gz', packed)),
  ]);
}
