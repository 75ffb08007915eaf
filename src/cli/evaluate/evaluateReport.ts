import { FORM_NAMES } from '../../inference/report.ts';
import type { DialOutcome } from '../../laboratory/door/dialOrder.ts';
import type { InferenceOutcome } from '../../laboratory/door/inferenceOrder.ts';
import { MASK_TEXTS, type MaskScore, type MasksOutcome } from '../../laboratory/door/masksOrder.ts';
import {
  bestScore,
  type FloorScore,
  type MeasureResult,
  type MeasuresOutcome,
} from '../../laboratory/door/measuresOrder.ts';
import type { Outcome } from '../../laboratory/door/protocol.ts';
import type { SliceOutcome } from '../../laboratory/door/sliceOrder.ts';
import { measuredBranches } from '../../metrics.ts';
import type { DialPoint } from '../../run/dial.ts';
import { cautionOf } from '../../run/dialCaution.ts';
import type { RunFile } from '../../run/files/runFile.ts';

/** The result of an order, for a terminal. */
export function outcomeText(outcome: Outcome, run: RunFile | null): string {
  switch (outcome.kind) {
    case 'measures':
      return evaluationText(outcome, run);
    case 'masks':
      return masksText(outcome);
    case 'slice':
      return sliceText(outcome);
    case 'dial':
      return dialText(outcome);
    case 'inference':
      return speedText(outcome);
    case 'features':
      return `features of ${outcome.images} ${outcome.set} images`;
    case 'parity':
      return `parity  ${outcome.images} images, ${outcome.branches.join(', ')}`;
    default:
      return outcome satisfies never;
  }
}

const NO_LABELS = 'no labels: no accuracy can be measured';

function evaluationText(outcome: MeasuresOutcome, run: RunFile | null): string {
  const { data, branches, measures, matryoshka, spreads, seconds } = outcome;
  const lines = [
    `data    ${data.name}: ${data.train} training images (${data.classes === 0 ? NO_LABELS : `${data.fewest} to ${data.most} of each of ${data.classes} classes`}), ${data.test} test images`,
    ...branches.map(
      ({ branch, dimension, macs }) =>
        `branch  ${branch}: ${dimension} features, ${(macs / 1e6).toFixed(2)} M MACs an image (theoretical)`,
    ),
    ...measures.flatMap(measureLines),
    ...classLines(measures),
    ...matryoshka.map(
      ({ branch, points }) =>
        `first m ${branch}: ${points.map(({ dimension, accuracy }) => `${dimension} → ${percent(accuracy)}`).join(', ')} (ridge probe)`,
    ),
    ...spreads.flatMap(({ branch, effectiveRank, dimension, dead, alarm }) => [
      `spread  ${branch}: effective rank ${effectiveRank.toFixed(1)} of ${dimension}, ${dead} dead dimensions`,
      ...(alarm === null ? [] : [`ALARM   ${branch}: ${alarm}`]),
    ]),
    ...(run?.final && run.final.knn20.rawPixels !== null ? [recordedLine(run.final)] : []),
    `done    in ${seconds.toFixed(1)} s`,
  ];
  return lines.join('\n');
}

function masksText({ data, gated, masks, seconds }: MasksOutcome): string {
  return [
    `data    ${data.name}: bank of ${data.train} training images, ${data.test} test images; ${data.classes === 0 ? NO_LABELS : '± is one standard error'}`,
    ...masks.flatMap(({ mask, macs, ratio, scores }) => {
      const label = mask === 'real' && !gated ? 'Dense network' : MASK_TEXTS[mask].label;
      return [
        `${label}: ${(macs / 1e6).toFixed(2)} M MACs (theoretical), ${percent(ratio)} of dense`,
        ...scores.map(scoreLine),
      ];
    }),
    `done    in ${seconds.toFixed(1)} s`,
  ].join('\n');
}

function scoreLine({ measure, accuracy, standardError, comparison }: MaskScore): string {
  const name = measure === 'knn20' ? '20-NN' : 'ridge';
  const less =
    comparison === null
      ? ''
      : `; real less this ${(100 * comparison.difference).toFixed(1)} points ± ${(100 * comparison.standardError).toFixed(1)} (McNemar p = ${comparison.p.toPrecision(2)})`;
  return `        ${name} ${percent(accuracy)} ± ${percent(standardError)}${less}`;
}

function sliceText({ form, gateShift, inner, channels, macs, denseMacs, difference }: SliceOutcome): string {
  return [
    `slice   ${form}: ${inner.map((count, l) => `${count} of ${channels[l]}`).join(', ')} channels between a block’s convolutions`,
    `        ${(macs / 1e6).toFixed(2)} M MACs (theoretical), ${percent(macs / denseMacs)} of dense`,
    ...(gateShift ? [`        gates shifted by δ = ${gateShift.toFixed(4)}`] : []),
    `        features differ from the masked network’s by ${difference.toExponential(1)} of the largest`,
  ].join('\n');
}

/** Measured times beside what MACs promise. The dense form is what the others are compared with. */
function speedText({ gateShift, report }: InferenceOutcome): string {
  const { device, width, batch, forms, speedups } = report;
  const faster = (times: number | undefined) => (times === undefined ? '' : `${times.toFixed(2)}×`);
  return [
    `speed   measured on ${device}, width ${width}: one image, and batches of ${batch}; medians, forms in turns`,
    ...(gateShift === 0 ? [] : [`        gates shifted by δ = ${gateShift.toFixed(4)}`]),
    'form         MACs (theoretical)  promised  one image  faster   batch            faster',
    ...FORM_NAMES.map((name) => {
      const { macs, latencyMs, imagesPerSecond } = forms[name];
      const up = name === 'dense' ? undefined : speedups[name];
      return [
        name.padEnd(13),
        `${(macs / 1e6).toFixed(2)} M`.padEnd(20),
        faster(up?.promised).padEnd(10),
        `${latencyMs.toPrecision(3)} ms`.padEnd(11),
        faster(up?.latency).padEnd(9),
        `${imagesPerSecond.toPrecision(3)} images/s`.padEnd(17),
        faster(up?.throughput),
      ]
        .join('')
        .trimEnd();
    }),
  ].join('\n');
}

/** The table of a dial. Settings are found on training images, and the rest is measured on test images. */
function dialText({ dial: { points, images, sample }, seconds }: DialOutcome): string {
  return [
    `dial    settings found on ${images} training images, measured on ${sample.test} test images, learning from ${sample.bank}; ± is one standard error`,
    'asked   setting     found   test MACs   20-NN            nested in the next',
    ...points.flatMap(dialLines),
    `done    in ${seconds.toFixed(1)} s`,
  ].join('\n');
}

function dialLines(point: DialPoint): string[] {
  const { budget, setting, calibrated, macRatio, knn20, standardError, nestedness } = point;
  const columns = [
    percent(budget).padEnd(8),
    (setting.kind === 'shift' ? `δ ${setting.shift.toFixed(4)}` : `width ${setting.width}`).padEnd(12),
    percent(calibrated).padEnd(8),
    percent(macRatio).padEnd(12),
    (knn20 === null ? 'no labels' : `${percent(knn20)} ± ${percent(standardError ?? 0)}`).padEnd(17),
    nestedness === null ? '' : nestedness.toFixed(3),
  ];
  const caution = cautionOf(point);
  return [columns.join('').trimEnd(), ...(caution === null ? [] : [`        caution: ${caution}`])];
}

function measureLines({ label, caution, scores, floors, comparisons }: MeasureResult): string[] {
  const shares = scores.map(
    ({ branch, accuracy, standardError }) => `${branch} ${percent(accuracy)} ± ${percent(standardError)}`,
  );
  return [
    `${label}: ${shares.join(', ')}`,
    ...floorLines(floors),
    ...comparisons.map(
      ({ first, second, difference, onlyFirst, onlySecond, p, test }) =>
        `        ${first} − ${second}: ${(100 * difference).toFixed(1)} points (${onlyFirst} : ${onlySecond} images; McNemar p = ${p.toPrecision(2)}, ${test})`,
    ),
    ...(caution === null ? [] : [`        ${caution}`]),
  ];
}

/** The floors of a measure, and the best of them. */
function floorLines(floors: readonly FloorScore[]): string[] {
  const best = bestScore(floors);
  if (best === null) return [];
  const shares = floors.map(({ name, accuracy }) => `${name} ${percent(accuracy)}`);
  return [
    `        floors: ${shares.join(', ')}`,
    `        to beat: ${best.name}, ${percent(best.accuracy)} ± ${percent(best.standardError)}`,
  ];
}

/** Classes of which a terminal shows a table. The file of --out has it for any number. */
const MOST_CLASSES = 20;

/** 20-NN class by class, or the first measure that was taken. */
function classLines(measures: readonly MeasureResult[]): string[] {
  const measure = measures.find(({ id }) => id === 'knn20-cosine') ?? measures[0];
  const classes = measure?.scores[0]?.classes ?? [];
  if (measure === undefined || classes.length === 0 || classes.length > MOST_CLASSES) return [];
  const cells = classes.map(({ name, images }, c) => [
    name,
    `${images}`,
    ...measure.scores.map(({ classes: own }) => {
      return `${percent(own[c]!.accuracy)} ± ${percent(own[c]!.standardError)}`;
    }),
  ]);
  const rows = [['class', 'images', ...measure.scores.map(({ branch }) => branch)], ...cells];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return [
    `classes by ${measure.label}:`,
    ...rows.map((row) => `        ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd()),
  ];
}

function recordedLine({ knn20 }: NonNullable<RunFile['final']>): string {
  const shares = measuredBranches(knn20).map(([branch, share]) => `${branch} ${percent(share)}`);
  return `run     ended with 20-NN (cosine) ${shares.join(', ')}, as recorded in its file`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
