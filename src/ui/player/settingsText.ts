import type { RunState } from '../../store/run/run.ts';
import { hasGates } from '../../store/settings.ts';
import { count, share } from '../shell/format.ts';

/** “Emoji-10, width 8, 390 steps of 64 images, t_d .50 → .30, seed 1”. */
export function settingsText({ config, record }: RunState): string {
  const { width, steps, batch, seed, budget } = config;
  const budgets = [budget, ...record.budgets.map((change) => change.budget)];
  const parts = [
    record.ready?.data.name ?? 'unknown images',
    `width ${width}`,
    `${count(steps)} steps of ${batch} images`,
    ...(hasGates(config) ? [`t_d ${budgets.map((t) => share(t, 2)).join(' → ')}`] : []),
    `seed ${seed}`,
  ];
  return parts.join(', ');
}
