import {
  type BranchComparison,
  bestScore,
  type FloorScore,
  type MeasureResult,
  type MeasuresOutcome,
} from '../../store/studies/findings.ts';
import { shortName } from '../charts/branchCurves.ts';
import { count, figure, macs, percent, share, signed } from '../shell/format.ts';
import { HeadRow } from '../shell/HeadRow.tsx';
import { Empty, Panel } from '../shell/Panel.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';
import type { Cell, Table } from '../shell/table.ts';
import { ClassesTable } from './ClassesTable.tsx';

/** Two branches are called different if chance makes such a difference less often than this. */
const LEVEL = 0.05;

/** The accuracy of every classifier on every branch, and whether the branches differ. */
export function AccuraciesPanel({ outcome }: { readonly outcome: MeasuresOutcome | null }) {
  const measured = outcome !== null && outcome.measures.length > 0;
  return (
    <Panel
      title="Accuracies"
      topic="accuracies"
      className="accuracies"
      table={measured ? () => tableOf(outcome) : undefined}
    >
      {measured ? (
        <>
          <Scores outcome={outcome} />
          <ClassesTable measures={outcome.measures} />
          <Comparisons measures={outcome.measures} />
          <Facts outcome={outcome} />
        </>
      ) : (
        <Empty>
          {outcome?.data.classes === 0
            ? 'These images have no labels, so that no accuracy can be measured; the spread of the features is.'
            : 'Test accuracies with their standard errors, and whether two branches differ on the same images, appear here.'}
        </Empty>
      )}
    </Panel>
  );
}

function Scores({ outcome: { measures, branches } }: { readonly outcome: MeasuresOutcome }) {
  const hasFloors = measures.some(({ floors }) => floors.length > 0);
  return (
    <ScrollRegion className="table-view" label="Accuracies by measure and branch">
      <table>
        <caption>Test accuracy ± one standard error</caption>
        <thead>
          <tr>
            <th scope="col">measure</th>
            {branches.map(({ branch }) => (
              <th key={branch} scope="col">
                {shortName(branch)}
              </th>
            ))}
            {hasFloors && <th scope="col">to beat: pixels</th>}
          </tr>
        </thead>
        <tbody>
          {measures.map(({ id, label, recipe, scores, floors }) => (
            <tr key={id}>
              <th scope="row" title={recipe}>
                {label}
              </th>
              {branches.map(({ branch }) => (
                <td key={branch}>{scoreText(scores.find((score) => score.branch === branch))}</td>
              ))}
              {hasFloors && <td title={floorsText(floors)}>{bestText(floors)}</td>}
            </tr>
          ))}
          <tr>
            <th scope="row">dimensions of a feature</th>
            {branches.map(({ branch, dimension }) => (
              <td key={branch}>{count(dimension)}</td>
            ))}
            {hasFloors && <td />}
          </tr>
          <tr>
            <th scope="row">MACs per image (theoretical)</th>
            {branches.map(({ branch, macs: cost }) => (
              <td key={branch}>{macs(cost)}</td>
            ))}
            {hasFloors && <td>{macs(0)}</td>}
          </tr>
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** The best floor of a measure, with its name. */
function bestText(floors: MeasureResult['floors']): string {
  const best = bestScore(floors);
  return best === null ? '–' : `${scoreText(best)}, ${best.name}`;
}

function floorsText(floors: MeasureResult['floors']): string {
  return floors.map((floor) => `${floor.name} ${scoreText(floor)}`).join(', ');
}

function scoreText(score: Pick<FloorScore, 'accuracy' | 'standardError'> | undefined): string {
  if (!score) return '–';
  return `${percent(score.accuracy)} ± ${(100 * score.standardError).toFixed(1)}`;
}

function Comparisons({ measures }: { readonly measures: readonly MeasureResult[] }) {
  const rows = measures.flatMap(({ id, label, comparisons }) =>
    comparisons.map((comparison) => ({ id, label, comparison })),
  );
  if (rows.length === 0) return null;
  return (
    <ScrollRegion className="table-view" label="Branches compared on the same images">
      <table>
        <caption>
          Branches on the same test images (McNemar). Each p is for its comparison alone: of twenty
          comparisons of equals, one falls below .05.
        </caption>
        <HeadRow columns={['measure', 'branches', 'points', 'alone right', 'p', 'verdict']} />
        <tbody>
          {rows.map(({ id, label, comparison }) => (
            <tr key={`${id} ${comparison.first} ${comparison.second}`}>
              <th scope="row">{label}</th>
              <td>
                {shortName(comparison.first)} − {shortName(comparison.second)}
              </td>
              <td>{pointsText(comparison)}</td>
              <td>
                {count(comparison.onlyFirst)} : {count(comparison.onlySecond)} images
              </td>
              <td title={comparison.test}>{pText(comparison.p)}</td>
              <td>{comparison.p < LEVEL ? 'they differ' : 'no difference shown'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function pointsText({ difference, standardError }: BranchComparison): string {
  return `${signed(100 * difference, 1)} ± ${(100 * standardError).toFixed(1)}`;
}

function pText(p: number): string {
  return p < 0.001 ? '< .001' : share(p, 3);
}

function Facts({ outcome: { data, measures, seconds } }: { readonly outcome: MeasuresOutcome }) {
  const { name, train, test, classes, fewest, most } = data;
  const balance = fewest === most ? `${count(most)}` : `${count(fewest)} to ${count(most)}`;
  return (
    <>
      {measures
        .filter(({ caution }) => caution !== null)
        .map(({ id, label, caution }) => (
          <p key={id} className="muted small">
            {label}: {caution}
          </p>
        ))}
      <p className="muted small">
        {name}: learned from {count(train)} training images, {balance} of each of {classes} classes; tested on{' '}
        {count(test)}. Took {figure(seconds)} s here.
      </p>
      <details>
        <summary>How each was measured</summary>
        <dl className="recipes">
          {measures.map(({ id, label, recipe }) => (
            <div key={id}>
              <dt>{label}</dt>
              <dd className="muted small">{recipe}</dd>
            </div>
          ))}
          {measures.some(({ floors }) => floors.length > 0) && (
            <div>
              <dt>Floors of pixels</dt>
              <dd className="muted small">
                The same measure on pixels, prepared by the training images without their labels. Reduced
                pixels are means over boxes, at most 16 × 16 of them; whitened k-NN and the probes read these.
              </dd>
            </div>
          )}
        </dl>
      </details>
    </>
  );
}

function tableOf({ measures }: MeasuresOutcome): Table {
  const rows = measures.flatMap(({ label, scores, floors, comparisons }): Cell[][] => [
    ...scores.map((score): Cell[] => [
      ...[label, score.branch, score.accuracy, score.standardError],
      ...[null, null, null, null],
    ]),
    ...floors.map((floor): Cell[] => [
      ...[label, floor.name, floor.accuracy, floor.standardError],
      ...[null, null, null, null],
    ]),
    ...comparisons.map((pair): Cell[] => [
      ...[label, `${pair.first} − ${pair.second}`, pair.difference, pair.standardError],
      ...[pair.onlyFirst, pair.onlySecond, pair.p, pair.test],
    ]),
  ]);
  return {
    caption:
      'Accuracies and their differences as fractions, with standard errors; McNemar’s test of differences.',
    columns: [
      ...['measure', 'branch, floor or pair', 'accuracy or difference', 'standard error'],
      ...['only the first right', 'only the second right', 'p', 'test'],
    ],
    length: rows.length,
    row: (i) => rows[i]!,
  };
}
