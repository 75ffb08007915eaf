import type { BlockUsage } from '../../metrics.ts';
import type { RunRecord } from '../../run/record.ts';

/** What the gates open by the newest look at them: an evaluation, or a look between steps. */
export interface NewestUsage {
  readonly step: number;
  readonly macRatio: number | null;
  readonly channelUsage: readonly BlockUsage[];
  /** Number of training images of a look between steps; null for the test images of an evaluation. */
  readonly training: number | null;
}

/** The newest usage of a run's gates; null before any look at them, and without gates. */
export function newestUsage({ epochs, usage }: Pick<RunRecord, 'epochs' | 'usage'>): NewestUsage | null {
  const last = epochs.findLast(({ channelUsage }) => channelUsage.length > 0);
  if (usage !== null && usage.step > (last?.step ?? -1)) {
    const { step, macRatio, channelUsage, images } = usage;
    return { step, macRatio, channelUsage, training: step === 0 ? null : images };
  }
  return last ? { ...last, training: null } : null;
}

/** Steps after which BatchNorm's running statistics have forgotten seven eighths of their first values. */
const WARM = 20;

/** What the newest usage was seen on, in words. */
export function usageWords({ step, training }: NewestUsage, epoch: number): string {
  if (step === 0) return 'untrained network, test images';
  if (training === null) return `average over test images, epoch ${epoch + 1}`;
  const cold = step < WARM ? ', running statistics still settling' : '';
  return `${training} training images, step ${step}${cold}`;
}
