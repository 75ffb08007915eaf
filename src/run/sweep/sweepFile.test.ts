import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WHOLE } from '../../data/formats/files.ts';
import { presetFor } from '../../presets.ts';
import { parseSweepFile, sweepFileText } from './sweepFile.ts';
import { planSweep } from './sweepPlan.ts';

const SMALL = {
  format: 'dualgate-sweep',
  version: 1,
  systems: [{ system: 'vicreg' }],
  budgets: [0.3],
  seeds: [1],
};
const parse = (changes: object) => parseSweepFile(JSON.stringify({ ...SMALL, ...changes }));

describe('parseSweepFile', () => {
  it('reads the sweep that comes with the project: four systems, three budgets, two seeds', () => {
    const { order, data } = parseSweepFile(
      readFileSync(new URL('../../../datasets/sweeps/emoji10.json', import.meta.url), 'utf8'),
    );
    expect(data).toEqual({ kind: 'emoji10', test: 'unseen-style' });
    expect([order.budgets, order.seeds]).toEqual([
      [0.1, 0.3, 0.5],
      [1, 2],
    ]);
    expect(order.config).toMatchObject({ width: presetFor('emoji10').config.width, steps: 156 });
    expect(planSweep(order, 32)).toHaveLength(20);
  });

  it('takes the preset for the data, and the settings of all and of one system', () => {
    const { order } = parse({
      data: { train: ['a.bin'] },
      systems: [{ system: 'vicreg', learningRate: 0.2 }],
      config: { steps: 3 },
    });
    expect(order.systems).toEqual([{ system: 'vicreg', learningRate: 0.2 }]);
    expect(order.config).toEqual({ ...presetFor('cifar10').config, steps: 3 });
    const { order: stl } = parse({ data: { train: ['stl10/unlabeled_X.bin'] } });
    expect(stl.config).toEqual(presetFor('stl10').config);
  });

  it('reads back what was written', () => {
    const written = parse({
      systems: [{ system: 'slimmable', slimWidth: 0.5 }],
      config: { steps: 3, width: 4 },
    });
    expect(parseSweepFile(sweepFileText(written))).toEqual(written);
    const rivals = parse({ smallDense: true, equal: 'both' });
    expect(rivals.order).toMatchObject({ smallDense: true, equal: 'both' });
    expect(parseSweepFile(sweepFileText(rivals))).toEqual(rivals);
    const files = parse({ data: { train: ['a.bin'], test: ['b.bin'] } });
    expect(files.data).toEqual({ kind: 'files', ...WHOLE, train: ['a.bin'], test: ['b.bin'] });
    expect(parseSweepFile(sweepFileText(files))).toEqual(files);
    const part = parse({ data: { train: ['photos'], side: 48, limits: { train: 100 } } });
    expect(part.data).toMatchObject({ side: 48, limits: { train: 100, test: null } });
    expect(parseSweepFile(sweepFileText(part))).toEqual(part);
    const asked = parse({ data: { train: ['photos'], layout: 'classes' } });
    expect(asked.data).toMatchObject({ layout: 'classes' });
    expect(parseSweepFile(sweepFileText(asked))).toEqual(asked);
    expect(() => parse({ data: { train: ['photos'], layout: 'rows' } })).toThrow('data');
  });

  it('says in words what is wrong', () => {
    expect(() => parseSweepFile('{')).toThrow('A sweep must be JSON');
    expect(() => parse({ version: 2 })).toThrow('version');
    expect(() => parse({ seed: [1] })).toThrow('seed');
    expect(() => parse({ seeds: [] })).toThrow('seeds');
    expect(() => parse({ config: { step: 3 } })).toThrow(/config must hold settings of a run .*got step\./);
    expect(() => parse({ config: { steps: 'many' } })).toThrow(/config\.steps: .*got "many"/);
    expect(() => parse({ systems: [{ system: 'simsiam' }] })).toThrow(/systems\.0\.system: .*got "simsiam"/);
    expect(() => parse({ systems: [{ system: 'vicreg', seed: 1 }] })).toThrow(
      'the lists "budgets" and "seeds", got seed',
    );
  });
});
