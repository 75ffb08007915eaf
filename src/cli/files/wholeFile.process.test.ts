import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualgate-whole-process-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a module that writes `run.json` in the folder, after shell commands. Returns how it ended. */
function ended(module: string, before = ''): Promise<{ readonly code: unknown; readonly output: string }> {
  const start = `${before}exec "$0" --import tsx --input-type=module -e "$1"`;
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, OUT: join(folder, 'run.json') } };
    execFile('sh', ['-c', start, process.execPath, module], options, (fault, stdout, stderr) => {
      resolve({ code: fault?.signal ?? fault?.code ?? 0, output: stdout + stderr });
    });
  });
}

it.skipIf(platform() === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
  'a process that %s asks to end while it writes has written all, and then ends by it',
  async (signal) => {
    writeFileSync(join(folder, 'run.json'), 'old');
    const { code, output } = await ended(`
      import { rename } from 'node:fs/promises';
      import { setTimeout } from 'node:timers/promises';
      import { writeThenPut } from './src/cli/files/wholeFile.ts';
      await writeThenPut(process.env.OUT, 'whole', async (neighbour) => {
        process.kill(process.pid, '${signal}');
        await setTimeout(50);
        await rename(neighbour, process.env.OUT);
      });
      await setTimeout(5000);
      console.log('went on');`);
    expect({ code, output }).toEqual({ code: signal, output: '' });
    expect(readdirSync(folder)).toEqual(['run.json']);
    expect(readFileSync(join(folder, 'run.json'), 'utf8')).toBe('whole');
  },
);

it.skipIf(platform() === 'win32')('a file that the system lets grow no further is not replaced', async () => {
  writeFileSync(join(folder, 'run.json'), 'old');
  const module = `
    import { writeWhole } from './src/cli/files/wholeFile.ts';
    await writeWhole(process.env.OUT, 'a'.repeat(2e6)).catch(({ code }) => console.log(code));`;
  // Blocks of 512 or of 1,024 bytes.
  expect(await ended(module, 'ulimit -f 1000; ')).toEqual({ code: 0, output: 'EFBIG\n' });
  expect(readdirSync(folder)).toEqual(['run.json']);
  expect(readFileSync(join(folder, 'run.json'), 'utf8')).toBe('old');
});
