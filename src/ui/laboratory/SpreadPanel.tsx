import { TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import type { BranchSpread } from '../../store/studies/findings.ts';
import { branchCurve, shortName } from '../charts/branchCurves.ts';
import { count, figure, percent, tick } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Cell, Table } from '../shell/table.ts';
import type { DimensionCurve } from './DimensionChart.tsx';
import { LazyDimensionChart } from './LazyDimensionChart.tsx';

/** Shows whether the features use all their dimensions or have collapsed. */
export function SpreadPanel({ spreads }: { readonly spreads: readonly BranchSpread[] }) {
  const curves = useMemo(() => curvesOf(spreads), [spreads]);
  return (
    <Panel
      title="Spread of features"
      topic="spread"
      picture="spread"
      table={spreads.length > 0 ? () => tableOf(spreads) : undefined}
    >
      {spreads.length === 0 ? (
        <Empty>How many directions the features use, and an alarm if they have collapsed, appear here.</Empty>
      ) : (
        <>
          {spreads.map((spread) => (
            <Verdict key={spread.branch} spread={spread} />
          ))}
          <LazyDimensionChart
            label="Standard deviation of each dimension, the largest first, for each branch"
            curves={curves}
            axes="Standard deviation over the training images, by dimension, the liveliest first."
            format={tick}
            doubling={false}
          />
        </>
      )}
    </Panel>
  );
}

function Verdict({ spread }: { readonly spread: BranchSpread }) {
  const { branch, effectiveRank, dimension, dead, relativeSpread, alarm } = spread;
  return (
    <>
      <p className="small">
        <strong>{shortName(branch)}</strong>: effective rank {figure(effectiveRank)} of {count(dimension)};{' '}
        dead dimensions: {count(dead)}; images differ by {percent(relativeSpread, 0)} of a feature’s length
        {alarm === null ? '. No sign of collapse.' : '.'}
      </p>
      {alarm !== null && (
        <p className="fault" role="note">
          <TriangleAlert size={13} aria-hidden /> {shortName(branch)}: {alarm}
        </p>
      )}
    </>
  );
}

function curvesOf(spreads: readonly BranchSpread[]): DimensionCurve[] {
  const branches = spreads.map(({ branch }) => branch);
  return spreads.map(({ branch, deviations }) => {
    const { label, color } = branchCurve(branch, branches);
    const points = deviations.map((value, d) => ({ dimension: d + 1, value }));
    return { key: branch, label, color, points };
  });
}

function tableOf(spreads: readonly BranchSpread[]): Table {
  const rows = spreads.flatMap(({ branch, deviations, spectrum }) =>
    deviations.map((deviation, d): Cell[] => [branch, d + 1, deviation, spectrum[d]!]),
  );
  return {
    caption:
      'Standard deviations of the dimensions, and shares of the covariance’s eigenvalues, each the largest first.',
    columns: ['branch', 'place', 'standard deviation', 'share of variance'],
    length: rows.length,
    row: (i) => rows[i]!,
  };
}
