import { checkBudget, shiftCalibration } from './dialSettings.ts';
import type { GateOrder } from './door/sliceOrder.ts';
import { doJobs, type JobProgress } from './jobs.ts';
import type { Laboratory, OnWork } from './laboratory.ts';

/**
 * δ of an order, which is found where a budget is named; undefined for the gates as the weights have them.
 * @param tell may wait, and throws to cancel
 * @throws Refusal for a budget that is no share of the MACs
 */
export async function orderedShift(
  laboratory: Laboratory,
  { budget, gateShift }: GateOrder,
  tell: (progress: JobProgress) => Promise<void>,
): Promise<number | undefined> {
  if (gateShift !== undefined || budget === undefined) return gateShift;
  checkBudget(budget);
  let shift: number | undefined;
  const work = async (onWork: OnWork) => {
    const { setting } = await shiftCalibration(laboratory).find(budget, onWork);
    if (setting.kind === 'shift') shift = setting.shift;
  };
  await doJobs([{ task: `Calibrating at ${budget}`, unit: 'images', cost: 1, work }], tell);
  return shift;
}
