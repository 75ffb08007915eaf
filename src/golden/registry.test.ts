import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../method/backend.ts';
import { checkFiles, type GoldenFile, stepFiles } from './registry.ts';
import { TFJS } from './tfjs/underTest.ts';

const file = (name: string): GoldenFile => ({
  name,
  text: readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8'),
});
const made = (name: string, content: unknown): GoldenFile => ({ name, text: JSON.stringify(content) });

/** The only row of the report when a file is refused. */
async function refusal(...files: GoldenFile[]) {
  const rows = await checkFiles(files, 'test', TFJS);
  expect(rows).toHaveLength(1);
  expect(rows[0]!.passed).toBe(false);
  expect(rows[0]!.worstError).toBe(Number.POSITIVE_INFINITY);
  return `${rows[0]!.file}: ${rows[0]!.detail}`;
}

beforeAll(async () => {
  await useBackend('wasm');
});

it('stepFiles: whole steps and their weights, by what the files hold; none that cannot be read', () => {
  const steps = ['e_dual_step.json', 'e_variants.json', 'e_weights.json', 'f_three_steps.json'];
  const found = stepFiles([
    ...steps.map(file),
    { ...file('f_three_steps.json'), name: 'x.json' },
    ...['a_vicreg.json', 'meta.json'].map(file),
    { name: 'broken.json', text: '{' },
  ]);
  expect(found.map(({ name }) => name)).toEqual([...steps, 'x.json']);
});

describe('checkFiles', () => {
  it('knows files by what they hold, whatever their names', async () => {
    const rows = await checkFiles([{ ...file('d_flops.json'), name: 'x.json' }], 'test', TFJS);
    expect(rows.every((row) => row.passed && row.file === 'x.json' && row.engine === 'test')).toBe(true);
  });

  it('accepts meta.json, which has nothing to check', async () => {
    expect(await checkFiles([file('meta.json')], 'test', TFJS)).toEqual([]);
  });

  it('tells of every row as it comes', async () => {
    const told: string[] = [];
    const rows = await checkFiles([file('d_flops.json')], 'test', TFJS, (row) => told.push(row.check));
    expect(told).toEqual(rows.map((row) => row.check));
  });

  it('fails on what is not JSON, not an object, of an unknown section, or of an unknown shape', async () => {
    expect(await refusal({ name: 'a_vicreg.json', text: '{"section": "a", ' })).toContain('JSON');
    expect(await refusal(made('a_vicreg.json', [1]))).toContain('must be a JSON object');
    expect(await refusal(made('z.json', { section: 'q' }))).toContain(
      'one of a, b, c, d, e, f, g, h, j, k, got "q"',
    );
    expect(await refusal(made('other.json', { x: 1 }))).toContain('unknown schema');
    expect(await refusal(made('h.json', { section: 'h', schedules: [] }))).toContain('not the known schema');
  });

  it('fails on files that hold no case', async () => {
    const empty = { section: 'h', schedules: [], anneal: [], optim: [] };
    expect(await refusal(made('h_optim.json', empty))).toContain('nothing to check');
  });

  it.each(['e_dual_step.json', 'e_variants.json', 'f_three_steps.json'])(
    'fails on %s without the weights',
    async (name) => {
      expect(await refusal(file(name))).toContain('needs e_weights.json in the same directory');
    },
  );

  it('goes on with the other files after one that failed', async () => {
    const rows = await checkFiles([{ name: 'a.json', text: '' }, file('d_flops.json')], 'test', TFJS);
    expect(rows.filter((row) => !row.passed)).toHaveLength(1);
    expect(rows.length).toBeGreaterThan(10);
  });

  it('fails on weights of another network, naming what does not fit', async () => {
    const weights = JSON.parse(file('e_weights.json').text);
    const { 'projector.1.bias': _, ...params } = weights.params;
    expect(await refusal(made('e_weights.json', { ...weights, params }))).toContain(
      'missing projector.1.bias',
    );
    const more = { ...weights.params, 'backbone.fc.weight': weights.params['projector.1.bias'] };
    expect(await refusal(made('e_weights.json', { ...weights, params: more }))).toContain(
      'unknown backbone.fc.weight',
    );
  });
});
