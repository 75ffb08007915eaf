import { measuredPixels, type NamedFloor, PIXEL_FLOORS } from '../../metrics.ts';
import { mean } from '../../statistics/spread.ts';
import { grouped } from '../sets/grouped.ts';
import type { RunSummary } from '../sets/runSummary.ts';

/** What the runs of a section have to beat. */
export interface ReportFloors {
  /** 20-NN on pixels, as far as any run knows them. */
  readonly pixels: readonly NamedFloor[];
  /** The best floor, of untrained networks too; null if no run knows more than raw pixels. */
  readonly toBeat: NamedFloor | null;
}

/** Each floor is the mean over the runs that know it: samples of an evaluation may differ from run to run. */
export function reportFloors(runs: readonly RunSummary[]): ReportFloors {
  const known = runs.flatMap((run) => measuredPixels(run).map(([floor, share]) => ({ floor, share })));
  const pixels = Object.entries(PIXEL_FLOORS).flatMap(([key, name]) =>
    meanOf(
      name,
      known.filter(({ floor }) => floor === key),
    ),
  );
  const best = [
    ...grouped(
      runs.flatMap(({ toBeat }) => toBeat ?? []),
      ({ name }) => name,
    ),
  ];
  const named = best.flatMap(([name, floors]) => meanOf(name, floors));
  // Where runs differ in their best floor, a floor of pixels that is best in some of them counts over all.
  const all = named.map((floor) => pixels.find(({ name }) => name === floor.name) ?? floor);
  return { pixels, toBeat: all.toSorted((a, b) => b.share - a.share)[0] ?? null };
}

function meanOf(name: string, floors: readonly { readonly share: number }[]): NamedFloor[] {
  return floors.length === 0 ? [] : [{ name, share: mean(floors.map(({ share }) => share)) }];
}
