import { preview } from 'vite';
import { buildSite, ROOT } from '../builtSite.ts';
import { exitCodeOf, type Terminal } from '../command.ts';
import { answered } from '../help.ts';
import { START_USAGE, type StartOrder, startOrder } from './startArguments.ts';
import { START_HELP } from './startHelp.ts';

/** Builds the site if it is missing or older than its sources, then serves it and opens it. */
async function start({ open, port }: StartOrder, say: (line: string) => void): Promise<void> {
  await buildSite(say);
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
