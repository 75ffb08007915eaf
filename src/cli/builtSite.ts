import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { buildPublic } from '../../datasets/build.ts';

/** The project's folder. The built site lies in its `dist`. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The sources of the built site. */
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package-lock.json'];

/** Time of the last change under a path, milliseconds; 0 if there is nothing. */
async function lastChange(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await Promise.all((await readdir(path)).map((name) => lastChange(join(path, name))));
  return Math.max(found.mtimeMs, ...inside);
}

/** Builds the site if it is missing or older than its sources. */
export async function buildSite(say: (line: string) => void): Promise<void> {
  await buildPublic(say);
  const changes = await Promise.all(SOURCES.map((source) => lastChange(join(ROOT, source))));
  if ((await lastChange(join(ROOT, 'dist/index.html'))) >= Math.max(...changes)) return;
  say('Building the site …');
  // A caller with NODE_ENV=test, as in a test, would get React for developers, which is twice as large.
  process.env.NODE_ENV = 'production';
  await build({ root: ROOT, logLevel: 'warn' });
}
