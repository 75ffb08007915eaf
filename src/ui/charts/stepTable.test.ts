import { afterEach, expect, it } from 'vitest';
import type { RunConfig } from '../../config.ts';
import type { StepRow } from '../../metrics.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayground } from '../../store/playground.ts';
import { newRun } from '../../store/run/run.ts';
import { stepRow } from '../../store/run/stepRow.fixture.ts';
import { useOverlay } from '../../store/runs/overlay.ts';
import { csv, type Table } from '../shell/table.ts';
import { stepTable, stepTables } from './stepTable.ts';

const SLIM: RunConfig = { ...DEFAULT_CONFIG, system: 'slimmable', slimForm: 'slimclr', distillation: true };
const OWN = 'step,epoch,loss,invariance,variance,covariance,budgetLoss,boundLoss,macRatio,budget,lr,ms';

const stateOf = (config: RunConfig, steps: readonly StepRow[]) => {
  const blank = newRun('test', config, { kind: 'here' });
  return { ...blank, record: { ...blank.record, steps } };
};

/** Cells of a row by the names of their columns. */
const cells = ({ columns, row }: Table, i: number) =>
  Object.fromEntries(row(i).map((cell, c) => [columns[c]!, cell]));

afterEach(() => {
  usePlayground.setState({ run: null });
  useOverlay.setState({ runs: [] });
});

it('has every term of the loss by its name, after the columns that there were', () => {
  const terms = [1.5, 2, Number.NaN, 3, 4, 5, 6];
  const table = stepTable([stepRow(1, { terms }), stepRow(2)], { ...SLIM, slimObjective: 'contrastive' });
  const [head, first, second] = csv(table).split('\r\n');
  expect(head).toBe(
    `${OWN},term contrast dense,term contrast width .75,term distillation width .75,term contrast width .50,` +
      'term distillation width .50,term contrast width .25,term distillation width .25',
  );
  // A term that does not count yet is an empty field, and so is a term that an old run file lacks.
  expect(first).toMatch(/,0\.1,12\.5,1\.5,2,,3,4,5,6$/);
  expect(second).toMatch(/,0\.1,12\.5,,,,,,,$/);
});

it('has no two columns of one name, whatever is trained', () => {
  for (const slimForm of ['dual', 'slimclr'] as const)
    for (const slimObjective of ['vicreg', 'contrastive'] as const)
      for (const system of ['dual-gating', 'vicreg-gating', 'vicreg', 'slimmable'] as const) {
        const { columns } = stepTable([], { ...SLIM, system, slimForm, slimObjective });
        expect(new Set(columns).size).toBe(columns.length);
        expect(columns.filter((name) => name.startsWith('term ')).length).toBeGreaterThan(0);
      }
});

it('keeps the terms of runs of other systems apart', () => {
  usePlayground.setState({ run: stateOf(DEFAULT_CONFIG, [stepRow(1, { terms: [7] })]) });
  const { record, config } = stateOf(SLIM, [stepRow(1, { terms: [1, 2, 3, 4, 5, 6, 7] })]);
  useOverlay.setState({ runs: [{ id: 'slim', name: 'slim', place: 0, record, config }] });
  const table = stepTables();
  expect(table.columns.slice(0, 14)).toEqual(['run', ...OWN.split(','), 'term VICReg']);
  expect(table.columns).toHaveLength(1 + 12 + 1 + 7);
  expect(cells(table, 0)).toMatchObject({ run: 'this run', 'term VICReg': 7, 'term VICReg dense': null });
  expect(cells(table, 1)).toMatchObject({
    ...{ run: 'slim', 'term VICReg': null, 'term VICReg dense': 1 },
    ...{ 'term VICReg width .75': 2, 'term distillation width .75': 3 },
  });
});

it('ends with the step that diverged, without a loss', () => {
  const run = stateOf(DEFAULT_CONFIG, [stepRow(1), stepRow(2)]);
  const diverged = stepRow(3, { loss: Number.NaN });
  usePlayground.setState({ run: { ...run, record: { ...run.record, diverged } } });
  const table = stepTables();
  expect(table.length).toBe(3);
  expect(csv(table).trim().split('\r\n').at(-1)).toMatch(/^3,0,,0\.25,/);
});

it('is the table of the run on the page where nothing lies over it', () => {
  usePlayground.setState({ run: stateOf(DEFAULT_CONFIG, [stepRow(1, { terms: [7] }), stepRow(2)]) });
  expect(csv(stepTables()).split('\r\n')[0]).toBe(`${OWN},term VICReg`);
  expect(stepTables().length).toBe(2);
});

it('has the terms of each embedding and the norms of gradients, where the run holds them', () => {
  const byPass = { variance: [0.5, 1], covariance: [2, 3] } as const;
  const gated = { byPass, gradientNorms: { encoder: 4, projector: 5, gates: 6 } };
  const columns =
    ',variance gated,variance dense,covariance gated,covariance dense,gradient encoder,gradient projector';
  const dual = csv(stepTable([stepRow(1, gated)], DEFAULT_CONFIG)).split('\r\n');
  expect(dual[0]).toBe(`${OWN},term VICReg${columns},gradient gates`);
  expect(dual[1]).toMatch(/,0\.5,1,2,3,4,5,6$/);
  // Both views of the dense system go through one branch, and it has no gates.
  const dense = { byPass, gradientNorms: { encoder: 4, projector: 5 } };
  const { columns: names } = stepTable([stepRow(1, dense)], { ...DEFAULT_CONFIG, system: 'vicreg' });
  expect(names.slice(-6)).toEqual([
    ...['variance view 1', 'variance view 2', 'covariance view 1', 'covariance view 2'],
    ...['gradient encoder', 'gradient projector'],
  ]);
});
