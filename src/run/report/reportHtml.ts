import { standardError } from '../../statistics/confidence.ts';
import { MOST_MORE_SEEDS } from '../../statistics/pairedSeeds.ts';
import { mean, spreadOf } from '../../statistics/spread.ts';
import type { RunSet } from '../sets/runSetFile.ts';
import { escaped } from './escaped.ts';
import { reportFigure } from './reportFigure.ts';
import { reportFloors } from './reportFloors.ts';
import { ABOUT_EQUAL, pairSentence, type ReportPair, reportPairs } from './reportPairs.ts';
import { type ReportRow, type ReportSection, reportRuns } from './reportSections.ts';
import { REPORT_STYLE } from './reportStyle.ts';

/** What a report tells beside the runs. */
export interface ReportFrame {
  /** ISO 8601. */
  readonly madeOn: string;
  /** The version of DualGate that made it; null if it is not known. */
  readonly version: string | null;
  /** The command that makes the same again. */
  readonly command: string;
  /** The sweep file that the command names, if it is known. */
  readonly sweepFile: string | null;
}

/** How every report begins, which tells it from other pages. */
export const REPORT_HEAD = '<!doctype html>\n<html lang="en" data-format="dualgate-report">';

/** The report of a run set: one page of HTML that needs no network and no script. */
export function reportHtml(set: RunSet, frame: ReportFrame): string {
  const { sections, unlabelled, irregular } = reportRuns(set.runs);
  const left = [
    ...(unlabelled > 0 ? [`${unlabelled} without labels`] : []),
    ...(irregular > 0 ? [`${irregular} that ended early or whose budget was moved`] : []),
  ];
  return [
    REPORT_HEAD,
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>DualGate: report of a sweep</title>',
    `<style>${REPORT_STYLE}</style></head>`,
    '<body><main><h1>Report of a sweep</h1>',
    `<p>${escaped(`${set.runs.length} runs${left.length > 0 ? `, left out: ${left.join(', ')}` : ''}.`)} Accuracies are on test images that training never saw. MACs are theoretical: counted, not timed.</p>`,
    sections.length === 0 ? '<p>No run here has an accuracy that could be compared.</p>' : '',
    ...sections.map(sectionHtml),
    '<h2>How to read it</h2>',
    `<p>Differences are of 20-NN accuracies, taken seed by seed, so that what a seed decides for both cancels. The interval is Student’s: mean ± t · sd / √n with n − 1 degrees of freedom, 95 %. Where it contains 0, no winner is named. The number of seeds to add is the smallest with which the interval would leave out 0 if mean and sd stayed as they are, up to ${MOST_MORE_SEEDS}. Intervals tell the chance of the seeds only: all seeds share their test images, whose standard error the table has. Nothing is corrected for the number of comparisons.</p>`,
    '<h2>Made by</h2>',
    definitions([
      ['DualGate', `${frame.version ?? 'version not known'}, run set of version ${set.version}`],
      ['Report made', frame.madeOn],
      ['Machine', set.recordedOn],
      ['Engine asked for', set.engine],
    ]),
    `<h3>The command that makes it again</h3><pre>${escaped(frame.command)}</pre>`,
    frame.sweepFile === null
      ? ''
      : `<p>The sweep file that it names:</p><pre>${escaped(frame.sweepFile)}</pre>`,
    '</main></body></html>\n',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function sectionHtml(section: ReportSection): string {
  const { data, runs, settings, wholeMacs } = section;
  const { pixels, toBeat } = reportFloors(runs);
  const floor = toBeat ?? pixels[0] ?? null;
  const { toDense, atEqualCost } = reportPairs(section);
  const engines = [...new Set(runs.map(({ engine }) => engine ?? 'not known'))].join(', ');
  return [
    `<section><h2>${escaped(data.name)}</h2>`,
    definitions([
      ['Images', `${data.train} for training, ${data.test} for testing`],
      ['Engine', engines],
      ['Dense MACs of one image', `${(wholeMacs / 1e6).toFixed(2)} M`],
      ...(pixels.length === 0 ? [['Floors of 20-NN', 'not measured'] as const] : []),
      ...pixels.map(({ name, share }) => [`Floor: 20-NN on ${name}`, percent(share)] as const),
      ['Line to beat', toBeat === null ? NOT_KNOWN : `${toBeat.name}, ${percent(toBeat.share)}`],
    ]),
    `<figure>${reportFigure(section, floor)}<figcaption>20-NN accuracy against MACs. Small dots: seeds. Marks: means. Bars and bands: from the least to the best seed.${floor === null ? '' : ` Dashed: ${escaped(floor.name)}${toBeat === null ? '' : ', the line to beat'}.`}</figcaption></figure>`,
    tableHtml(section),
    pairsHtml(`At about equal cost`, atEqualCost, wholeMacs),
    pairsHtml('Beside the dense network', toDense, wholeMacs),
    `<details><summary>Settings that all runs share</summary>${definitions(settings)}</details></section>`,
  ].join('\n');
}

const NOT_KNOWN = 'not known: these runs are from before more than raw pixels was measured';

function tableHtml({ rows, data, wholeMacs }: ReportSection): string {
  const head = ['20-NN', 'Standard error', 'Ridge probe', 'MACs', 'Share of dense', 'n'];
  const cells = (row: ReportRow) => {
    const knn20 = row.seeds.map((seed) => seed.knn20);
    return [
      spread(knn20),
      (100 * standardError(mean(knn20), data.test)).toFixed(1),
      spread(row.seeds.flatMap(({ ridge }) => ridge ?? [])),
      `${(row.macs / 1e6).toFixed(2)} M`,
      (row.macs / wholeMacs).toFixed(3),
      String(row.seeds.length),
    ];
  };
  return [
    '<table><caption>Mean ± standard deviation over n seeds, in %. The standard error is that by the test images, in points.</caption>',
    `<thead><tr><th scope="col">System, budget and branch</th>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>`,
    ...rows.map(
      (row) =>
        `<tr><th scope="row">${escaped(row.name)}</th>${cells(row)
          .map((cell) => `<td>${escaped(cell)}</td>`)
          .join('')}</tr>`,
    ),
    '</tbody></table>',
  ].join('\n');
}

function pairsHtml(title: string, pairs: readonly ReportPair[], wholeMacs: number): string {
  if (pairs.length === 0) return '';
  const costs =
    title === 'At about equal cost'
      ? ` Pairs are those of one budget, or whose MACs are within a factor of ${ABOUT_EQUAL}.`
      : '';
  return `<h3>${escaped(title)}</h3><p>Beside each name: its MACs as a share of the dense network’s.${costs}</p><ul>${pairs
    .map((pair) => `<li>${escaped(pairSentence(pair, wholeMacs))}</li>`)
    .join('\n')}</ul>`;
}

function definitions(entries: readonly (readonly [string, string])[]): string {
  return `<dl>${entries.map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`).join('')}</dl>`;
}

/** “54.2 ± 0.4”; one value has no spread. */
function spread(values: readonly number[]): string {
  const found = spreadOf(values);
  if (found === null) return '–';
  const shown = (100 * found.mean).toFixed(1);
  return found.sd === null ? shown : `${shown} ± ${(100 * found.sd).toFixed(1)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
