import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { main } from './bench/benchCommand.ts';
import { runHere } from './command.fixture.ts';

vi.mock('./builtSite.ts', () => ({ ROOT: '.', buildSite: async () => {} }));
vi.mock('../harness/page/visit.ts', () => ({
  visitPage: async () => ({ browser: 'Chromium 1', visits: [] }),
}));

const folder = mkdtempSync(join(tmpdir(), 'dualgate-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run bench', () => {
  it('times the engine on the processor in turns with tfjs, and says what it is to reach', async () => {
    const json = join(folder, 'wasm.json');
    const args = '--engine wasm --width 4 --batch 4 --steps 1 --threads 2 --json'.split(' ');
    const { code, output, errors } = await runHere(main, [...args, json]);
    expect([code, errors.trimEnd().split('\n').at(-1)]).toEqual([0, 'wasm: round 1 of 1']);
    const { wasm, ...others } = JSON.parse(readFileSync(json, 'utf8'));
    expect(others).toEqual({});
    expect(wasm.stepMs).toBe(wasm.machines.at(-1).stepMs);
    expect(wasm.fractionOfLimit).toBe(wasm.gflops / wasm.limitGflops);
    expect(output).toMatch(/^width 4, batch 4; medians of 1 rounds in turns/);
    expect(output).toMatch(/^tfjs-wasm +\d+ ms +[\d.]+ +\d+ ms$/m);
    expect(output).toMatch(/^plain, 2 +\d+ ms +[\d.]+ +[\d.]+ × +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+$/m);
    expect(output).toMatch(/^views +([\d.]+ ms +[\d.]+ % *)+$/m);
    expect(output).toMatch(/at most 15 % of the step for all but convolutions: [\d.]+ %$/m);
  });

  it('tells of each step, prints a table, and writes its figures', async () => {
    const json = join(folder, 'bench.json');
    const args = '--engine tfjs-wasm --width 4 --batch 4 --steps 2 --json'.split(' ');
    const { code, output, errors } = await runHere(main, [...args, json]);
    expect([code, errors]).toEqual([0, 'tfjs-wasm: step 1 of 2\ntfjs-wasm: step 2 of 2\n']);
    const { 'tfjs-wasm': wasm, ...others } = JSON.parse(readFileSync(json, 'utf8'));
    expect(others).toEqual({});
    expect(output.trimEnd().split('\n')).toEqual([
      'width 4, batch 4; limit: best matrix product of the same backend in this run',
      'engine           step  images/s   GFLOP/s     limit  fraction',
      expect.stringMatching(new RegExp(`^tfjs-wasm +${wasm.stepMs.toFixed(0)} ms +`)),
    ]);
    expect(wasm.fractionOfLimit).toBe(wasm.gflops / wasm.limitGflops);
  });

  it('times kernels in turns with tfjs, and prints a table that ends in the most that could be, and one of threads', async () => {
    const args = '--kernels --width 4 --batch 4 --steps 1'.split(' ');
    const { code, output, errors } = await runHere(main, args);
    expect([code, errors]).toEqual([0, 'round 1 of 1\n']);
    const lines = output.trimEnd().split('\n');
    const wall = lines.findIndex((line) => line.includes('wall time'));
    const [title, head, stem, ...rest] = lines.slice(0, wall);
    expect(title).toContain('width 4, batch 4');
    expect(head!.trim().split(/ +/)).toEqual(['n', 'tfjs', 'plain', 'fused', 'plain', 'fused']);
    expect(stem).toMatch(/^ 1.* forward, 3 × 3, stride 1, 3 → 4, 34 × 34$/);
    expect(rest.at(-3)).toContain('all convolutions of a step');
    expect(rest.at(-2)).toMatch(
      /BatchNorms and ReLUs, of the time of convolutions, plain [.\d]+, fused [.\d]+$/,
    );
    expect(rest.at(-1)).toContain('without memory, plain ');
    expect(lines.slice(wall, wall + 3)).toEqual([
      'width 4, batch 4; wall time of a step’s parts',
      'build  threads  convolutions  BatchNorms and ReLUs',
      expect.stringMatching(/^plain +1 +[.\d]+ ms +[.\d]+ ms$/),
    ]);
  });

  it('replaces an earlier report on the page', async () => {
    const json = join(folder, 'page.json');
    for (let run = 0; run < 2; run++) {
      const { code, errors } = await runHere(main, ['--page', '--json', json]);
      expect([code, errors]).toEqual([0, '']);
    }
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ browser: 'Chromium 1', visits: [] });
  });

  it('answers wrong arguments with its usage and exit code 2', async () => {
    const { code, output, errors } = await runHere(main, ['--engine', 'gpu']);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain('usage: npm run bench -- ');
  });
});
