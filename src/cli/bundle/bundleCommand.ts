import { resolve } from 'node:path';
import { version as nodeVersion } from 'node:process';
import { fileURLToPath } from 'node:url';
import { exitCodeOf, type Terminal } from '../command.ts';
import { answered, version } from '../help.ts';
import { type BundleOrder, bundleOrder, USAGE } from './bundleArguments.ts';
import { bundledFiles, PLATFORM } from './bundledFiles.ts';
import { requireBundleFolder, sizesOf, writeBundle } from './bundleFolder.ts';
import { BUNDLE_HELP } from './bundleHelp.ts';
import { RUN_SCRIPT, readmeText } from './bundleTexts.ts';
import { COMMANDS, compileCommands } from './compileCommands.ts';
import { licencesText } from './licences.ts';
import { ownNode } from './ownNode.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The size that a bundle without Node stays below, bytes as .tar.gz. */
const MOST = 60e6;

async function bundle({ out, withNode }: BundleOrder, { stdout, stderr }: Terminal): Promise<void> {
  const say = (line: string) => void stderr.write(`${line}\n`);
  await requireBundleFolder(out);
  const node = withNode ? await ownNode() : null;
  say(`Bundling ${COMMANDS.join(', ')} …`);
  const compiled = await compileCommands(ROOT);
  say('Gathering what they read …');
  const files = await bundledFiles(ROOT, compiled, say);
  files.set('run', Buffer.from(RUN_SCRIPT));
  files.set('README.txt', Buffer.from(readmeText({ version: version(), platform: PLATFORM, withNode })));
  files.set('LICENCES.txt', Buffer.from(await licencesText(ROOT, compiled.packages)));
  const { packed, whole } = await sizesOf(files);
  if (packed > MOST)
    throw new RangeError(`bundle: ${megabytes(packed)} as .tar.gz, more than ${megabytes(MOST)}`);
  if (node !== null) {
    files.set('node', node.program);
    files.set('NODE-LICENCE.txt', Buffer.from(node.licence));
  }
  const sizes = node === null ? { packed, whole } : await sizesOf(files);
  say('Writing …');
  await writeBundle(out, files, new Set(['run', 'node']));
  const without = node === null ? '' : ` (without Node ${megabytes(packed)})`;
  stdout.write(
    `wrote ${resolve(out)}: ${files.size} files, ${megabytes(sizes.whole)}, as .tar.gz ${megabytes(sizes.packed)}${without}\n` +
      `for ${PLATFORM}, ${node === null ? 'with Node 20.19 or newer on the machine' : `with Node ${nodeVersion} in it`}; README.txt says how to use it\n`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `npm run bundle`. Returns the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, BUNDLE_HELP, terminal);
  if (code !== null) return code;
  const work = async () => {
    await bundle(bundleOrder(args), terminal);
    return 0;
  };
  return exitCodeOf(work, USAGE, terminal);
}
