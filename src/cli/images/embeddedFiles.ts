import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildEmoji10 } from '../../../datasets/emoji10/build.ts';
import type { TrainAndTest } from '../../data/images/dataset.ts';
import { type Emoji10Options, loadEmoji10 } from '../../data/images/embedded.ts';

const PUBLIC = new URL('../../../public/', import.meta.url);

/** Emoji-10 from public/emoji10, by the page's own loader; builds it first where it is missing or not whole. */
export async function loadEmoji10FromDisk(
  options: Omit<Emoji10Options, 'base' | 'fetch'>,
  say: (line: string) => void,
): Promise<TrainAndTest> {
  await buildEmoji10(fileURLToPath(new URL('emoji10', PUBLIC)), say);
  return loadEmoji10({ ...options, base: PUBLIC, fetch: fetchFile });
}

/** What `fetch` would give for a file: URL. */
async function fetchFile(url: string): Promise<Response> {
  const blob = await openAsBlob(fileURLToPath(url));
  return new Response(blob, { headers: { 'content-length': String(blob.size) } });
}
