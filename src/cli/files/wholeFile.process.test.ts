import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { emptyFolder } from './emptyFolder.fixture.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const folder = emptyFolder();

/** Runs a module that writes `run.json` in the folder, after shell commands. Returns how it ended. */
function ended(module: string, before = ''): Promise<{ readonly code: unknown; readonly output: string }> {
  const start = `${before}exec "$0" --import tsx --input-type=module -e "$1"`;
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, OUT: folder.at('run.json') } };
    execFile('sh', ['-c', start, process.execPath, module], options, (fault, stdout, stderr) => {
      resolve({ code: fault?.signal ?? fault?.code ?? 0, output: stdout + stderr });
    });
  });
}

it.skipIf(platform() === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
  'a process that %s asks to end while it writes has written all, and then ends by it',
  async (signal) => {
    writeFileSync(folder.at('run.json'), 'old');
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
    expect(readdirSync(folder.path)).toEqual(['run.json']);
    expect(readFileSync(folder.at('run.json'), 'utf8')).toBe('whole');
  },
);

it.skipIf(platform() === 'win32')('a file that the system lets grow no further is not replaced', async () => {
  writeFileSync(folder.at('run.json'), 'old');
  const module = `
    import { writeWhole } from './src/cli/files/wholeFile.ts';
    await writeWhole(process.env.OUT, 'a'.repeat(2e6)).catch(({ code }) => console.log(code));`;
  // Blocks of 512 or of 1,024 bytes.
  expect(await ended(module, 'ulimit -f 1000; ')).toEqual({ code: 0, output: 'EFBIG\n' });
  expect(readdirSync(folder.path)).toEqual(['run.json']);
  expect(readFileSync(folder.at('run.json'), 'utf8')).toBe('old');
});
