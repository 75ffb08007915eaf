import type { RunConfig } from '../../config.ts';
import {
  bestFloor,
  type EpochRow,
  type Floors,
  measuredBranches,
  measuredPixels,
  type PerBranch,
  PIXEL_FLOORS,
  RANK_NAMES,
  RANKS,
  type Ranks,
  rankedBranches,
  type Sample,
  type SampleSize,
  type StepRow,
} from '../../metrics.ts';
import type { SessionEvent } from '../../run/protocol.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Terminal } from '../command.ts';

/** Time between two progress lines if the output is not a terminal, milliseconds. */
const PLAIN_EVERY_MS = 10_000;

/**
 * Shows a run's events on a terminal: progress in one line that is rewritten, and other news in lines that
 * stay.
 */
export class ProgressLine {
  private open = false;
  private plainAt = 0;
  private trainingMs = 0;
  /** The cautions on the last evaluation. One that stays is not said again. */
  private cautions: readonly string[] = [];

  constructor(
    private readonly config: RunConfig,
    private readonly terminal: Terminal,
  ) {}

  show(event: SessionEvent): void {
    switch (event.kind) {
      case 'ready': {
        const { engine, data, network } = event.ready;
        if (engine)
          this.say(
            `engine  ${engine.name}: ${engine.reason} Self-test off by ${engine.selfTest.worstError.toExponential(1)}.`,
          );
        this.say(
          `data    ${data.name}: ${data.train} training images${data.bank === null ? '' : `, ${data.bank} labelled ones for k-NN and probes`}, ${data.test} test images, ${data.size} × ${data.size} pixels, ${data.stepsPerEpoch} steps an epoch`,
        );
        this.say(
          `network ${(network.denseMacs / 1e6).toFixed(1)} M MACs, smallest reachable ratio ${network.smallestRatio.toFixed(3)}`,
        );
        break;
      }
      case 'progress':
        this.rewrite(`${event.task}: ${event.done} of ${event.total} ${event.unit}`);
        break;
      case 'notice':
        this.say(`note    ${event.message}`);
        break;
      case 'floors':
        this.say(`floors  ${floorsText(event.floors)}`);
        break;
      case 'steps':
        for (const row of event.rows) this.trainingMs += row.ms;
        this.rewrite(this.stepLine(event.rows.at(-1)!));
        break;
      case 'epoch':
        this.say(epochLine(event.row));
        break;
      case 'cautions':
        for (const caution of event.cautions)
          if (!this.cautions.includes(caution)) this.say(`note    ${caution}`);
        this.cautions = event.cautions;
        break;
      case 'failed':
        this.say(`FAILED  ${event.message} ${event.reason === 'engine' ? ENGINE_ADVICE : event.advice}`);
        break;
      case 'state':
      // A command has all images before it starts.
      case 'images':
      case 'mapImages':
      case 'diverged':
      case 'budget':
      case 'gradients':
      case 'usage':
      case 'memory':
      case 'features':
      case 'map':
      case 'nearest':
      case 'dial':
      case 'weights':
      case 'finished':
        break;
      default:
        event satisfies never;
    }
  }

  /** Writes a line that stays. */
  say(text: string): void {
    if (this.open) this.terminal.stderr.write('\r\x1b[K');
    this.open = false;
    this.terminal.stdout.write(`${text}\n`);
  }

  private stepLine(row: StepRow): string {
    const { steps, batch } = this.config;
    const perStep = this.trainingMs / row.step;
    const ratio = row.macRatio === null ? '' : `  MACs ${row.macRatio.toFixed(3)} → ${row.budget}`;
    return (
      `step ${row.step}/${steps}  loss ${row.loss.toFixed(2)}${ratio}  ${((1000 * batch) / perStep).toFixed(0)} images/s` +
      `  ${duration((steps - row.step) * perStep)} left`
    );
  }

  private rewrite(text: string): void {
    const { stderr } = this.terminal;
    if (stderr.isTTY) {
      this.open = true;
      stderr.write(`\r\x1b[K${text}`);
    } else if (performance.now() - this.plainAt > PLAIN_EVERY_MS) {
      this.plainAt = performance.now();
      stderr.write(`${text}\n`);
    }
  }
}

/** The session's own advice for an engine names the settings of the page. */
const ENGINE_ADVICE =
  'Start again with another engine (--engine wasm runs everywhere, --engine cpu is slow), or with a smaller --batch or --width.';

/** The results of a finished run. */
export function summary({ final, stoppedEarly, epochs }: RunRecord): string {
  if (final === null) return 'The run did not reach its final evaluation.';
  const { knn20, ridge, macs, imagesPerSecond, sample } = final;
  const accuracies =
    knn20.rawPixels === null
      ? NO_LABELS
      : `20-NN ${branches(knn20)}${sampleText(sample)}; ${pixelsText(knn20)}, untrained ${branches(knn20.untrained)}${bestText(knn20)}; ` +
        `ridge probe ${ridge === null ? 'not measured' : branches(ridge)}`;
  const saved =
    macs.ratio === null || macs.reduction === null
      ? ''
      : `; gated MACs ${macs.ratio.toFixed(3)} of dense (${percent(macs.reduction)} saved, theoretical)`;
  return `${stoppedEarly ? 'stopped' : 'done'}    ${accuracies}${saved}${ranksText(epochs.at(-1)?.ranks)}; ${imagesPerSecond.toFixed(0)} images/s`;
}

/** What the last evaluation says without labels. */
function ranksText(ranks: Ranks | undefined): string {
  if (ranks === undefined) return '';
  const named = rankedBranches(ranks).map((branch) => {
    const measured = ranks.branches[branch]!;
    const figures = RANKS.map(
      (rank) => `${RANK_NAMES[rank]} ${measured[rank]?.toPrecision(3) ?? 'not measured'}`,
    );
    return `${branch} ${figures.join(', ')} of ${measured.dimension} features`;
  });
  return `; ranks on ${ranks.images} images: ${named.join('; ')}`;
}

const NO_LABELS = 'no accuracies: the images have no labels';

function floorsText(floors: Floors): string {
  const { rawPixels, untrained, samples } = floors;
  if (rawPixels === null) return NO_LABELS;
  const [pixels, network] = samples
    ? [` (${imagesText(samples.rawPixels)})`, ` (${imagesText(samples.untrained)})`]
    : ['', ''];
  return `20-NN ${pixelsText(floors)}${pixels}, untrained ${branches(untrained)}${network}${bestText(floors)}`;
}

/** The floors of pixels. */
function pixelsText(floors: Floors): string {
  return measuredPixels(floors)
    .map(([floor, share]) => `${PIXEL_FLOORS[floor]} ${percent(share)}`)
    .join(', ');
}

/** The line to beat. */
function bestText(floors: Floors): string {
  const best = bestFloor(floors);
  return best === null ? '' : `; to beat: ${best.name} ${percent(best.share)}`;
}

function imagesText({ bank, test }: SampleSize): string {
  return `on ${test} test images, learning from ${bank}`;
}

function epochLine({ epoch, step, knn20, macRatio, sample }: EpochRow): string {
  const parts = [
    ...(measuredBranches(knn20).length > 0 ? [`20-NN ${branches(knn20)}`] : []),
    ...(macRatio === null ? [] : [`eval MAC ratio ${macRatio.toFixed(3)}`]),
  ];
  const measured = parts.length > 0 ? parts.join(', ') : 'evaluated';
  return `epoch ${epoch + 1} (step ${step})  ${measured}${sampleText(sample)}`;
}

/** What accuracies were measured on, and the largest of their standard errors, in points. */
function sampleText(sample: Sample | undefined): string {
  if (sample === undefined) return '';
  const { bank, test, standardError } = sample;
  if (bank === 0) return ` (on ${test} test images)`;
  const error = Math.max(...measuredBranches(standardError).map(([, share]) => share));
  return ` (± ${(100 * error).toFixed(1)} ${imagesText(sample)})`;
}

function branches(shares: PerBranch): string {
  return measuredBranches(shares)
    .map(([branch, share]) => `${branch} ${percent(share)}`)
    .join(', ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
