import { useEffect, useRef } from 'react';
import { PAPER_ROWS, type PaperData, type PaperRow } from '../../reference/paperTable.ts';
import { branchName } from '../../store/run/branches.ts';
import type { BranchRow, Measure, RunSection, Spread } from '../../store/runs/runsTable.ts';
import { deviations, groupName } from '../../store/runs/runsText.ts';
import { count, macs, percent, signed } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';
import type { Cell, Table } from '../shell/table.ts';
import { MEASURES } from './measures.ts';
import { ORIGINS } from './origins.ts';
import { rowKey } from './paretoPoints.ts';
import { RivalButton } from './RivalButton.tsx';
import { SystemKey } from './SystemMark.tsx';

interface ComparisonPanelProps {
  readonly sections: readonly RunSection[];
  readonly measure: Measure;
  /** The paper's data, whose rows are shown beside the runs'. Null shows none. */
  readonly paper: PaperData | null;
  readonly selected: string | null;
  readonly onSelect: (row: string) => void;
}

/** The paper's table, filled in from the runs that exist. */
export function ComparisonPanel({ sections, measure, paper, selected, onSelect }: ComparisonPanelProps) {
  return (
    <Panel
      title="Table"
      topic="comparison"
      aside={`${MEASURES[measure]}; mean ± standard deviation over seeds`}
      table={sections.length > 0 ? () => tableOf(sections, measure, paper) : undefined}
    >
      {sections.length === 0 ? (
        <Empty>
          Runs that end here fill the paper’s table: dense and gated accuracy, MACs, and the differences to
          both baselines at equal data, steps and seed.
        </Empty>
      ) : (
        sections.map((section) => (
          <Section
            key={section.key}
            section={section}
            measure={measure}
            paper={paper}
            selected={selected}
            onSelect={onSelect}
          />
        ))
      )}
    </Panel>
  );
}

function Section(props: Omit<ComparisonPanelProps, 'sections'> & { readonly section: RunSection }) {
  const { section, measure, paper, selected, onSelect } = props;
  const head = [
    't_d',
    MEASURES[measure],
    'MACs',
    'Reduction',
    'Δ VICReg dense',
    'Δ VICReg gated',
    'Δ reduction',
    'Seeds',
  ];
  const caption = captionOf(section);
  return (
    <ScrollRegion className="comparison" label={caption}>
      <table>
        <caption>
          <span>
            {caption}
            {measure === 'knn20' && section.toBeat && (
              <>
                {' '}
                To beat: {section.toBeat.name}, {percent(section.toBeat.share)}.
              </>
            )}
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">System and branch</th>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {paper && (
              <th scope="col">The paper, {paper}: linear probe; MACs saved; Δ VICReg; Δ VICReg-Gating</th>
            )}
          </tr>
        </thead>
        <tbody>
          {section.rows.map((row) => (
            <Row
              key={rowKey(row)}
              row={row}
              rows={section.rows}
              paper={paper}
              selected={rowKey(row) === selected}
              onSelect={() => onSelect(rowKey(row))}
            />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

interface RowProps {
  readonly row: BranchRow;
  /** All rows of its section. */
  readonly rows: readonly BranchRow[];
  readonly paper: PaperData | null;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function Row({ row, rows, paper, selected, onSelect }: RowProps) {
  const line = useRef<HTMLTableRowElement>(null);
  const { group, branch, accuracy, ratio, overDense, overGating, reductionOverGating } = row;
  const remarks = [
    ...deviations(group.config).own,
    ...(group.origin === 'file' ? [ORIGINS.file] : []),
    ...(group.whole ? [] : [irregularity(row)]),
  ];
  useEffect(() => {
    if (selected) line.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <tr ref={line} className={selected ? 'selected' : undefined}>
      <th scope="row">
        <button type="button" className="row-choice" aria-pressed={selected} onClick={onSelect}>
          <SystemKey system={group.kind} hollow={group.origin !== 'here'} />
          {groupName(group)}, {branchName(branch).toLowerCase()}
          {remarks.length > 0 && <span className="muted">({remarks.join(', ')})</span>}
        </button>
        <RivalButton row={row} rows={rows} />
      </th>
      <td>{budgetOf(row)}</td>
      <td>
        <strong>{spread(accuracy, percent)}</strong>
      </td>
      <td>{macs(row.macs.mean)}</td>
      <td>{branch === 'dense' && group.kind !== 'small-dense' ? '–' : percent(1 - ratio.mean)}</td>
      <td>{points(overDense)}</td>
      <td>{points(overGating)}</td>
      <td>{points(reductionOverGating)}</td>
      <td>{count(accuracy?.count ?? group.runs.length)}</td>
      {paper && <td className="muted">{paperText(paperRowOf(row, paper))}</td>}
    </tr>
  );
}

function captionOf({ recorded, data, config }: RunSection): string {
  const { preset, shared } = deviations(config);
  return `${recorded ? 'Recorded' : 'This browser'}: ${data.name}; ${count(data.train)} training and ${count(data.test)} test images; ${count(config.steps)} steps of ${config.batch}, width ${config.width}. Preset “${preset}”${shared.length > 0 ? ` but ${shared.join(', ')}` : ''}.`;
}

function irregularity({ group }: BranchRow): string {
  const { stoppedEarly, steps } = group.runs[0]!;
  return stoppedEarly ? `ended early, at step ${count(steps)}` : 't_d moved';
}

/** The budget of a row. A slimmable pair meets a budget by its width, which is in its name already. */
function budgetOf({ group }: BranchRow): string {
  return group.budget === null || group.config.system === 'slimmable' ? '–' : group.budget.toFixed(2);
}

/** “54.2 % ± 0.4”. */
function spread(value: Spread | null, format: (value: number) => string): string {
  if (value === null) return '–';
  return value.sd === null ? format(value.mean) : `${format(value.mean)} ± ${(100 * value.sd).toFixed(1)}`;
}

/** Percentage points with their sign. */
function points(value: Spread | null): string {
  if (value === null) return '–';
  const mean = signed(100 * value.mean, 1);
  return value.sd === null ? mean : `${mean} ± ${(100 * value.sd).toFixed(1)}`;
}

/** The paper's row of the same system, branch and t_d. */
function paperRowOf({ group, branch }: BranchRow, data: PaperData): PaperRow | null {
  const { kind, budget } = group;
  return (
    PAPER_ROWS.find(
      (row) => row.data === data && row.system === kind && row.branch === branch && row.budget === budget,
    ) ?? null
  );
}

/** Accuracy, MACs saved, difference to VICReg and, for the gated branch, difference to VICReg-Gating. */
function paperText(row: PaperRow | null): string {
  if (row === null) return '–';
  const difference = (system: PaperRow['system'], budget: number | null) => {
    const base = PAPER_ROWS.find(
      (other) => other.data === row.data && other.system === system && other.budget === budget,
    )!;
    return points({ mean: row.accuracy - base.accuracy, sd: null, count: 1 });
  };
  return [
    `${(100 * row.accuracy).toFixed(2)} % ± ${(100 * row.spread).toFixed(2)}`,
    ...(row.branch === 'gated' ? [percent(1 - row.ratio)] : []),
    ...(row.system === 'vicreg' ? [] : [difference('vicreg', null)]),
    ...(row.system === 'dual-gating' && row.branch === 'gated'
      ? [difference('vicreg-gating', row.budget)]
      : []),
  ].join('; ');
}

function tableOf(sections: readonly RunSection[], measure: Measure, paper: PaperData | null): Table {
  const rows = sections.flatMap((section) => section.rows.map((row) => ({ section, row })));
  const sd = (value: Spread | null): readonly Cell[] => [value?.mean ?? null, value?.sd ?? null];
  return {
    caption: `${MEASURES[measure]} and MAC ratios as fractions; sd over seeds.`,
    columns: [
      ...['origin', 'data', 'steps', 'system', 'branch', 't_d', 'accuracy', 'sd', 'standard error', 'MACs'],
      ...['MAC ratio', 'to dense', 'sd', 'to gating', 'sd', 'reduction to gating', 'sd', 'seeds'],
      ...(paper ? [`paper accuracy (${paper}, linear probe)`, 'paper MAC ratio'] : []),
      ...['best 20-NN floor', 'its accuracy'],
    ],
    length: rows.length,
    row: (i) => {
      const { section, row } = rows[i]!;
      const theirs = paper && paperRowOf(row, paper);
      return [
        ...[ORIGINS[row.group.origin], section.data.name, section.config.steps],
        ...[groupName(row.group), row.branch, budgetOf(row)],
        ...[...sd(row.accuracy), row.standardError, row.macs.mean, row.ratio.mean],
        ...[...sd(row.overDense), ...sd(row.overGating), ...sd(row.reductionOverGating)],
        row.group.runs.map(({ config }) => config.seed).join(' '),
        ...(paper ? [theirs?.accuracy ?? null, theirs?.ratio ?? null] : []),
        ...[section.toBeat?.name ?? null, section.toBeat?.share ?? null],
      ];
    },
  };
}
