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
  it('tells of each step, prints a table, and writes its figures', async () => {
    const json = join(folder, 'bench.json');
    const args = '--engine wasm --width 4 --batch 4 --steps 2 --json'.split(' ');
    const { code, output, errors } = await runHere(main, [...args, json]);
    expect([code, errors]).toEqual([0, 'wasm: step 1 of 2\nwasm: step 2 of 2\n']);
    const { wasm, ...others } = JSON.parse(readFileSync(json, 'utf8'));
    expect(others).toEqual({});
    expect(output.trimEnd().split('\n')).toEqual([
      'width 4, batch 4; limit: best matrix product of the same backend in this run',
      'engine           step  images/s   GFLOP/s     limit  fraction',
      expect.stringMatching(new RegExp(`^wasm +${wasm.stepMs.toFixed(0)} ms +`)),
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
