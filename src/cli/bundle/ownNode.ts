import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execPath, version } from 'node:process';

/** Smaller programs of Node have most of it in a library of the system. Bytes. */
const LEAST = 30e6;

/** Where installations keep Node's licence, from the folder of the program. */
const LICENCES = ['../LICENSE', '../share/doc/node/LICENSE', '../share/doc/nodejs/LICENSE', 'LICENSE'];

/**
 * The Node that runs this process: the program, and its licence.
 * @throws Error if it is not one file that runs elsewhere, or its licence is not there
 */
export async function ownNode(path = execPath): Promise<{ program: Uint8Array; licence: string }> {
  const { size } = await stat(path);
  if (size < LEAST)
    throw new Error(
      `--with-node needs a Node that is one file, and ${path} (${version}) takes most of itself from the system. Take one from nodejs.org, or leave --with-node out.`,
    );
  for (const place of LICENCES) {
    const licence = await readFile(join(dirname(path), place), 'utf8').catch(() => null);
    if (licence !== null) return { program: await readFile(path), licence };
  }
  throw new Error(
    `--with-node needs Node's licence to put beside it, and it is not at ${LICENCES.map((place) => join(dirname(path), place)).join(', ')}. Take Node from nodejs.org, or leave --with-node out.`,
  );
}
