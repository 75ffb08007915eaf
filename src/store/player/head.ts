/** Where the player stands in a run. */
export interface Head {
  /** Steps of the run, with fractions. */
  readonly step: number;
  /** Time for which it has rested at the end, milliseconds. */
  readonly rested: number;
}

/** Time from the first step to the last at single speed, milliseconds. */
export const PLAY_MS = 32_000;
/** Time that the last step stays before the run is played again, milliseconds. */
export const REST_MS = 5000;

export const SPEEDS = [0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/** How a run is played. */
export interface Playing {
  /** Steps of the run. */
  readonly length: number;
  readonly speed: Speed;
  readonly loop: boolean;
}

/** The head after some time, milliseconds; null if the run was played to its end and is not played again. */
export function advanced(head: Head, ms: number, { length, speed, loop }: Playing): Head | null {
  const step = head.step + (ms * speed * length) / PLAY_MS;
  if (step < length) return { step, rested: 0 };
  if (!loop) return null;
  const rested = head.rested + ms;
  return rested < REST_MS ? { step: length, rested } : { step: 0, rested: 0 };
}

/** The step of the head, as a whole number. */
export function stepOf({ step }: Head): number {
  return Math.floor(step);
}
