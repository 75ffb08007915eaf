import { isOf, type Turned } from '../run/dial/onDial.ts';
import { byProject, type RunState } from '../run/run.ts';

/**
 * The point of a run's dial that a link names. A text says why there is none.
 * @param budget a share of the dense MACs
 */
export function linkedPoint(run: RunState, budget: number): Turned | string {
  const { dial } = run.record;
  if (dial === null && byProject(run) !== null)
    return `It turns the dial to ${budget}, but this recorded run has none. Follow a link to one of its steps.`;
  if (dial === null || !isOf(dial, run))
    return `It turns the dial to ${budget}, but the dial of this run is not calibrated. Calibrate it under “Budget dial”, and follow the link again.`;
  const point = dial.points.find((one) => one.budget === budget);
  if (point !== undefined) return { dial, point };
  const there = dial.points.map((one) => one.budget).join(', ');
  return `It turns the dial to ${budget}, but the dial of this run has ${there}. Follow a link to one of these.`;
}
