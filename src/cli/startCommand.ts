import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { buildPublic } from '../../datasets/build.ts';

// `npm start`: builds what is missing or older than its sources, serves the site and opens it.

const USAGE = 'npm start -- [--no-open] [--port N]';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the built site is made of. */
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package-lock.json'];

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        open: { type: 'boolean', default: true },
        port: { type: 'string', default: '4173' },
      },
      allowNegative: true,
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new Error(`--port must be a whole number from 1 to 65535, got ${values.port}`);
    }
    return { open: values.open, port };
  } catch (fault) {
    console.error(`${fault instanceof Error ? fault.message : fault}\nUsage: ${USAGE}`);
    process.exit(2);
  }
}

/** Time of the last change under a path, milliseconds; 0 if there is nothing. */
async function lastChange(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await Promise.all((await readdir(path)).map((name) => lastChange(join(path, name))));
  return Math.max(found.mtimeMs, ...inside);
}

const { open, port } = readArguments();
await buildPublic((line) => console.log(line));
const changes = await Promise.all(SOURCES.map((source) => lastChange(join(ROOT, source))));
if ((await lastChange(join(ROOT, 'dist/index.html'))) < Math.max(...changes)) {
  console.log('Building the site …');
  await build({ root: ROOT, logLevel: 'warn' });
}
// A port in use is passed over for the next one.
const server = await preview({ root: ROOT, preview: { port, open } });
console.log(`DualGate is at ${server.resolvedUrls?.local[0]}  (Ctrl-C stops it)`);
