import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildEmoji10 } from '../../../datasets/emoji10/build.ts';
import type { TrainAndTest } from '../../data/images/dataset.ts';
import { type Emoji10Options, loadEmoji10 } from '../../data/images/embedded.ts';

const PUBLIC = new URL('../../../public/', import.meta.url);

/**
 * Emoji-10 from public/emoji10, read by the page's own loader. Builds it first if it is missing or
 * incomplete.
 */
export async function loadEmoji10FromDisk(
  options: Omit<Emoji10Options, 'base' | 'fetch'>,
  say: (line: string) => void,
): Promise<TrainAndTest> {
  await buildEmoji10(fileURLToPath(new URL('emoji10', PUBLIC)), say);
  return loadEmoji10({ ...options, base: PUBLIC, fetch: fetchFile });
}

/** Answers as `fetch` would for a file: URL. */
async function fetchFile(url: string): Promise<Response> {
  const blob = await openAsBlob(fileURLToPath(url));
  return new Response(blob);
}
