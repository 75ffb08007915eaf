import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Copies tfjs's WASM binaries, which the page loads from its own site, to `folder`, unless they are there.
 */
export async function copyWasm(folder: string, say: (line: string) => void): Promise<void> {
  const require = createRequire(import.meta.url);
  const source = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'wasm-out');
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(source)) {
    if (!name.endsWith('.wasm')) continue;
    const wanted = await readFile(join(source, name));
    const present = await readFile(join(folder, name)).catch(() => null);
    if (present?.equals(wanted)) continue;
    say(`tfjs: copying ${name} …`);
    await copyFile(join(source, name), join(folder, name));
  }
}
