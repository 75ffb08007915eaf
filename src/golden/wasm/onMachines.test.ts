import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as support from '../../wasm/support.ts';
import { nodePlaces } from '../../wasm/threads/nodePlaces.ts';
import type { GoldenFile, GoldenRow } from '../registry.ts';
import { checkOnMachines } from './onMachines.ts';

vi.mock(import('../../wasm/support.ts'), async (original) => {
  const real = await original();
  return { ...real, hasFused: vi.fn(real.hasFused) };
});
afterEach(() => vi.mocked(support.hasFused).mockReset());

const file = (name: string): GoldenFile => ({
  name,
  text: readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'),
});

async function checked(...names: string[]) {
  const rows: GoldenRow[] = [];
  const notChecked = await checkOnMachines(nodePlaces(), names.map(file), (row) => rows.push(row));
  const machines = [...new Set(rows.map(({ build, threads }) => `${build} ${threads}`))];
  return { rows, machines, failed: rows.filter(({ passed }) => !passed), notChecked };
}

describe('golden on the engine of the processor', () => {
  it('checks the kernels on one thread of the build that trains here', async () => {
    vi.mocked(support.hasFused).mockReturnValue(true);
    const { rows, machines, failed, notChecked } = await checked('a_vicreg.json', 'j_ops.json');
    expect([machines, failed, notChecked]).toEqual([['fused 1'], [], []]);
    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map(({ engine }) => engine))).toEqual(new Set(['wasm']));
  });

  it('takes the plain build where multiply and add cannot be fused, and says so', async () => {
    vi.mocked(support.hasFused).mockReturnValue(false);
    const { machines, failed, notChecked } = await checked('h_optim.json');
    expect([machines, failed]).toEqual([['plain 1'], []]);
    expect(notChecked).toEqual([
      { engine: 'wasm', build: 'fused', reason: expect.stringContaining('relaxed SIMD') },
    ]);
  });
});
