import { PAPER_NAMES, PAPER_ROWS, PAPER_SOURCE, type PaperData } from '../../reference/paperTable.ts';
import { percent } from '../shell/format.ts';
import type { Along, ParetoPoint, Theirs } from './paretoPoints.ts';

/** What the figure shows of the paper's rows for one of its data sets. */
export function theirsOf(data: PaperData): Theirs {
  return {
    label: 'the paper: linear probe',
    key: 'faint: the paper’s',
    points: (along) => paperPoints(data, along),
    note: `The faint points are the paper’s (${PAPER_SOURCE}; ${data}, linear probe, ResNet-18 at width 64, 500 epochs) on the scale at the right: their heights cannot be compared with those of runs of minutes.`,
  };
}

/** The paper's points for one of its data sets. */
function paperPoints(data: PaperData, along: Along): ParetoPoint[] {
  return PAPER_ROWS.filter((row) => row.data === data).map((row) => {
    const { system, branch, budget, accuracy, spread, ratio, denseMacs } = row;
    const name = `${PAPER_NAMES[system]}${budget === null ? '' : `, t_d ${budget}`}: ${branch}`;
    return {
      ...{ key: `paper ${name}`, row: null, network: null, name, system, whose: 'the paper', hollow: true },
      ...{ x: along === 'macs' ? ratio * denseMacs : ratio, xSpread: null, y: accuracy },
      ...{ standardError: null, ySpread: spread },
      says: `The paper, ${data}, ${name}: ${percent(accuracy, 2)} ± ${percent(spread, 2)} at ${percent(ratio)} of the dense MACs; linear probe, ResNet-18, 500 epochs`,
    };
  });
}
