import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { runAlone } from './command.fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'dualgate-train-process-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

// This sends a real signal to a busy process. A test in the same process cannot show that it is handled.
it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  'npm run train, stopped by %s, writes what there is and exits with %i',
  async (signal, expected) => {
    writeFileSync(inFolder('train.bin'), makeRecords(24));
    writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
    const out = inFolder(`${signal}.json`);
    const args = ['--data', inFolder('train.bin'), '--test', inFolder('test.bin'), '--out', out];
    const tiny = '--width 4 --batch 8 --projector 8 --engine wasm --steps 100000'.split(' ');
    let interrupted = false;
    const { code, output, errors } = await runAlone('train', [...args, ...tiny], (said, child) => {
      if (interrupted || !said.includes('epoch 1 (step 3)')) return;
      interrupted = true;
      child.kill(signal);
    });
    expect([code, errors.includes('Error')]).toEqual([expected, false]);
    const lines = output.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^engine +wasm: Chosen by you\. Self-test off by /);
    expect(output).toContain('Stopping: a last evaluation');
    expect(lines.at(-2)).toBe(`wrote ${out}`);
    expect(lines.at(-1)).toMatch(/^stopped +20-NN/);
    const run = JSON.parse(readFileSync(out, 'utf8'));
    expect(run.stoppedEarly).toBe(true);
    expect(run.steps.length).toBeGreaterThanOrEqual(3);
    // The signal is handled at once, not after Node's next thousand messages.
    expect(run.steps.length).toBeLessThan(200);
    expect(run.epochs.at(-1).step).toBe(run.steps.length);
    expect(run.final.knn20.gated).toSatisfy(Number.isFinite);
  },
  180_000,
);

// Ctrl-C goes to all processes of the terminal. A launcher between npm and the command must not end it
// meanwhile.
it.skipIf(platform() === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
  'npm run train ends by itself when %s goes to its whole process group',
  async (signal) => {
    writeFileSync(inFolder('train.bin'), makeRecords(24));
    writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
    const out = inFolder(`group-${signal}.json`);
    const args = ['--data', inFolder('train.bin'), '--test', inFolder('test.bin'), '--out', out];
    // Its steps are so long that it cannot answer a launcher at once.
    const busy = '--width 16 --batch 24 --projector 8 --engine wasm --steps 100000'.split(' ');
    const child = spawn('npm', ['run', 'train', '--', ...args, ...busy], { cwd: ROOT, detached: true });
    let output = '';
    let isStopped = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (isStopped || !output.includes('epoch 1 (step')) return;
      isStopped = true;
      process.kill(-child.pid!, signal);
    });
    await new Promise((resolve) => child.on('close', resolve));
    expect(output).toContain(`wrote ${out}\nstopped`);
    const { stoppedEarly, final, checkpoint } = JSON.parse(readFileSync(out, 'utf8'));
    expect([stoppedEarly, final === null, checkpoint === null]).toEqual([true, false, false]);
  },
  180_000,
);
