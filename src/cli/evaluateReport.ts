import type { MeasureResult, MeasuresOutcome } from '../laboratory/measuresOrder.ts';
import { measuredBranches } from '../metrics.ts';
import type { RunFile } from '../session/runFile.ts';

/** What an evaluation came to, for a terminal. */
export function evaluationText(outcome: MeasuresOutcome, run: RunFile | null): string {
  const { data, branches, measures, matryoshka, spreads, seconds } = outcome;
  const lines = [
    `data    ${data.name}: ${data.train} training images (${data.fewest} to ${data.most} of each of ${data.classes} classes), ${data.test} test images`,
    ...branches.map(
      ({ branch, dimension, macs }) =>
        `branch  ${branch}: ${dimension} features, ${(macs / 1e6).toFixed(2)} M MACs an image (theoretical)`,
    ),
    ...measures.flatMap(measureLines),
    ...matryoshka.map(
      ({ branch, points }) =>
        `first m ${branch}: ${points.map(({ dimension, accuracy }) => `${dimension} → ${percent(accuracy)}`).join(', ')} (ridge probe)`,
    ),
    ...spreads.flatMap(({ branch, effectiveRank, dimension, dead, alarm }) => [
      `spread  ${branch}: effective rank ${effectiveRank.toFixed(1)} of ${dimension}, ${dead} dead dimensions`,
      ...(alarm === null ? [] : [`ALARM   ${branch}: ${alarm}`]),
    ]),
    ...(run?.final ? [recordedLine(run.final)] : []),
    `done    in ${seconds.toFixed(1)} s`,
  ];
  return lines.join('\n');
}

function measureLines({ label, caution, scores, comparisons }: MeasureResult): string[] {
  const shares = scores.map(
    ({ branch, accuracy, standardError }) => `${branch} ${percent(accuracy)} ± ${percent(standardError)}`,
  );
  return [
    `${label}: ${shares.join(', ')}`,
    ...comparisons.map(
      ({ first, second, difference, onlyFirst, onlySecond, p, test }) =>
        `        ${first} − ${second}: ${(100 * difference).toFixed(1)} points (${onlyFirst} : ${onlySecond} images; McNemar p = ${p.toPrecision(2)}, ${test})`,
    ),
    ...(caution === null ? [] : [`        ${caution}`]),
  ];
}

function recordedLine({ knn20 }: NonNullable<RunFile['final']>): string {
  const shares = measuredBranches(knn20).map(([branch, share]) => `${branch} ${percent(share)}`);
  return `run     ended with 20-NN (cosine) ${shares.join(', ')}, as recorded in its file`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
