import { useMemo } from 'react';
import type { MatryoshkaCurve } from '../../store/studies/findings.ts';
import { branchCurve } from '../charts/branchCurves.ts';
import { percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Cell, Table } from '../shell/table.ts';
import type { DimensionCurve } from './DimensionChart.tsx';
import { LazyDimensionChart } from './LazyDimensionChart.tsx';

/** Accuracy when only the first dimensions of a feature are read. */
export function MatryoshkaPanel({
  curves,
  labelled,
}: {
  readonly curves: readonly MatryoshkaCurve[];
  readonly labelled: boolean;
}) {
  const drawn = useMemo(() => curvesOf(curves), [curves]);
  return (
    <Panel
      title="First dimensions"
      topic="matryoshka"
      picture="matryoshka"
      table={curves.length > 0 ? () => tableOf(curves) : undefined}
    >
      {drawn.length === 0 ? (
        <Empty>
          {labelled
            ? 'What the first 1, 2, 4 … dimensions of a feature are worth appears here.'
            : 'These images have no labels to measure dimensions by.'}
        </Empty>
      ) : (
        <LazyDimensionChart
          label="Ridge-probe accuracy over the number of dimensions that are read, for each branch"
          curves={drawn}
          axes="Test accuracy of a ridge probe over the dimensions that it reads; bars: ± one standard error."
          format={wholePercent}
          doubling
        />
      )}
    </Panel>
  );
}

function wholePercent(value: number): string {
  return percent(value, 0);
}

function curvesOf(curves: readonly MatryoshkaCurve[]): DimensionCurve[] {
  const branches = curves.map(({ branch }) => branch);
  return curves.map(({ branch, points }) => {
    const last = points.at(-1);
    const { label, color } = branchCurve(branch, branches);
    return {
      key: branch,
      label: last ? `${label}, all ${last.dimension}: ${percent(last.accuracy)}` : label,
      color,
      points: points.map(({ dimension, accuracy, standardError }) => {
        return { dimension, value: accuracy, error: standardError };
      }),
    };
  });
}

function tableOf(curves: readonly MatryoshkaCurve[]): Table {
  const rows = curves.flatMap(({ branch, points }) =>
    points.map(({ dimension, accuracy, standardError }): Cell[] => [
      branch,
      dimension,
      accuracy,
      standardError,
    ]),
  );
  return {
    caption:
      'Test accuracy of a ridge probe on the first dimensions, as a fraction, with its standard error.',
    columns: ['branch', 'dimensions', 'accuracy', 'standard error'],
    length: rows.length,
    row: (i) => rows[i]!,
  };
}
