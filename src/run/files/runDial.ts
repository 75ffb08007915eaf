import type { RunConfig } from '../../config.ts';
import { networkOf, systemOf } from '../../network/fromConfig.ts';
import { SHIFT_LIMIT } from '../../network/gateShift.ts';
import { isSlim } from '../../network/slim.ts';
import type { BudgetPoint, WeightsFile } from '../../network/weights.ts';
import type { Dial, DialCurve } from '../dial.ts';
import type { SessionNews } from '../protocol.ts';
import type { RunRecord } from '../record.ts';
import type { RunFile } from './runSchema.ts';

// The dial of a run in its file: the table of its points, without what was drawn of them.

/** Points of a dial: one for each hundredth. */
const MOST_POINTS = 100;

/** The dial of a record, as its file has it. */
export function dialIn({ dial }: Pick<RunRecord, 'dial'>): RunFile['dial'] {
  if (dial === null) return null;
  const { step, images, sample } = dial;
  const points = dial.points.map(({ moment: _, channelUsage, ...point }) => ({
    ...point,
    channelUsage: channelUsage.map(({ channels: __, ...usage }) => usage),
  }));
  return { step, images, sample, points };
}

/** What a run told of its dial. */
export function newsOfDial({ step, images, sample, points }: NonNullable<RunFile['dial']>): SessionNews {
  const dial: Dial = {
    ...{ step, images, sample },
    points: points.map(({ channelUsage, ...point }) => ({
      ...point,
      channelUsage: channelUsage.map((use) => ({ ...use, channels: use.off + use.on + use.dependent })),
      moment: null,
    })),
  };
  return { kind: 'dial', dial };
}

/**
 * Weights with the budgets that their run's dial found. A dial of other weights than the last step's is left
 * out, as are widths, whose BatchNorm statistics no file has.
 */
export function calibratedWeights(
  weights: WeightsFile,
  { dial, steps }: { readonly dial: RunFile['dial']; readonly steps: readonly { readonly step: number }[] },
): WeightsFile {
  if (dial === null || dial.step !== (steps.at(-1)?.step ?? 0)) return weights;
  const budgets = dial.points.flatMap(({ budget, setting, calibrated, macRatio }): BudgetPoint[] =>
    setting.kind === 'shift' ? [{ budget, shift: setting.shift, calibrated, macRatio }] : [],
  );
  return budgets.length === 0 ? weights : { ...weights, budgets };
}

/** The fault of a run file's dial; null if there is none. @param side side of the run's images, pixels */
export function dialFault({ dial, steps, config }: RunFile, side: number): string | null {
  if (dial === null) return null;
  const last = steps.at(-1)?.step ?? 0;
  if (dial.step > last) return `dial.step must be at most the ${last} steps of the run, got ${dial.step}`;
  const fault = curveFault(dial, config);
  if (fault !== null) return fault;
  const names = isShifted(config) ? networkOf(config, side).blocks.map(({ name }) => name) : [];
  for (const { channelUsage } of dial.points) {
    if (channelUsage.map(({ block }) => block).join() !== names.join())
      return `dial.points must tell the channels of ${names.length} blocks, as its network has, got ${channelUsage.length}`;
  }
  return null;
}

/** The fault of a dial's points that a network of these settings cannot have; null if there is none. */
export function curveFault({ points }: Pick<DialCurve, 'points'>, config: RunConfig): string | null {
  const kind = isShifted(config) ? 'shift' : systemOf(config).branches.some(isSlim) ? 'width' : null;
  if (kind === null) return 'dial must be null, as its system serves one budget only';
  if (points.length > MOST_POINTS) return `dial.points must be at most ${MOST_POINTS}, got ${points.length}`;
  let before = 0;
  for (const { budget, setting } of points) {
    if (budget <= before)
      return `dial.points must be in the order of their budgets, above 0, got ${budget} after ${before}`;
    before = budget;
    if (setting.kind !== kind)
      return `dial.points of its system must have settings of kind "${kind}", got "${setting.kind}"`;
    const value = setting.kind === 'shift' ? setting.shift : setting.width;
    if (setting.kind === 'shift' ? Math.abs(value) > SHIFT_LIMIT : !(value > 0 && value <= 1))
      return `dial.points must have a shift from −${SHIFT_LIMIT} to ${SHIFT_LIMIT} or a width above 0 and up to 1, got ${value}`;
  }
  return null;
}

/** Whether a dial shifts gates. Else it chooses widths, if the system has any. */
function isShifted(config: RunConfig): boolean {
  return systemOf(config).branches.includes('gated');
}
