import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import { buildPublic } from '../../datasets/build.ts';
import { exitCodeOf, type Terminal } from './command.ts';
import { answered } from './help.ts';
import { START_USAGE, type StartOrder, startOrder } from './startArguments.ts';
import { START_HELP } from './startHelp.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
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

/** Builds the site if it is missing or older than its sources, then serves it and opens it. */
async function start({ open, port }: StartOrder, say: (line: string) => void): Promise<void> {
  await buildPublic(say);
  const changes = await Promise.all(SOURCES.map((source) => lastChange(join(ROOT, source))));
  if ((await lastChange(join(ROOT, 'dist/index.html'))) < Math.max(...changes)) {
    say('Building the site …');
    await build({ root: ROOT, logLevel: 'warn' });
  }
  // If the port is in use, the server takes the next one.
  const server = await preview({ root: ROOT, preview: { port, open } });
  say(`DualGate is at ${server.resolvedUrls?.local[0]}  (Ctrl-C stops it)`);
}

/** `npm start`. Returns the exit code. With 0, the server keeps running until the process is ended. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, START_HELP, terminal);
  if (code !== null) return code;
  const work = async () => {
    await start(startOrder(args), (line) => terminal.stdout.write(`${line}\n`));
    return 0;
  };
  return exitCodeOf(work, START_USAGE, terminal);
}
