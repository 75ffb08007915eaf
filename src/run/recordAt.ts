import type { Branch, UsageRow } from '../metrics.ts';
import { macsPerOpenChannel } from '../network/macs.ts';
import type { MapGates, MapNearest, Moment } from './moments.ts';
import type { Ready } from './protocol.ts';
import type { RunRecord } from './record.ts';

/**
 * A run as it stood after `step` steps: curves, evaluations, budgets, maps and gates. Where no map so early
 * was kept, the earliest one stands in, and tells its own step. Weights stay those of the newest step.
 */
export function recordAt(record: RunRecord, step: number): RunRecord {
  if (step >= (record.steps.at(-1)?.step ?? 0)) return record;
  const until = <Row extends { readonly step: number }>(rows: readonly Row[]): readonly Row[] =>
    rows.filter((row) => row.step <= step);
  return {
    ...record,
    steps: until(record.steps),
    epochs: until(record.epochs),
    gradients: until(record.gradients),
    budgets: until(record.budgets),
    diverged: null,
    usage: record.usage && record.usage.step <= step ? record.usage : untrainedUsage(record),
    maps: mapsAt(record, step),
    mapGates: gatesAt(record, step),
    mapNearest: nearestAt(record, step),
    cautions: [],
    final: null,
    stoppedEarly: false,
  };
}

function mapsAt({ maps: newest, moments }: RunRecord, step: number): RunRecord['maps'] {
  const branches = Object.keys(newest) as Branch[];
  return Object.fromEntries(
    branches.map((branch) => {
      const drawn = moments.filter(({ maps }) => maps[branch] !== undefined);
      const moment = drawn.findLast((one) => one.step <= step) ?? drawn[0];
      return [branch, moment?.maps[branch] ?? newest[branch]];
    }),
  );
}

function gatesAt({ mapGates, moments }: RunRecord, step: number): MapGates | null {
  const decided = moments.filter(({ gates }) => gates !== null);
  return (decided.findLast((one) => one.step <= step) ?? decided[0])?.gates ?? mapGates;
}

function nearestAt({ mapNearest, moments }: RunRecord, step: number): MapNearest | null {
  const found = moments.filter(({ nearest }) => nearest !== null);
  return (found.findLast((one) => one.step <= step) ?? found[0])?.nearest ?? mapNearest;
}

const known = new WeakMap<MapGates, UsageRow>();

/**
 * What the gates of the untrained network open. Evaluations of trained steps have a row that tells it; before
 * the first of them, the gates of the map images do. Null if they were not kept.
 */
function untrainedUsage({ ready, moments }: RunRecord): UsageRow | null {
  const gates = (moments[0] as Moment | undefined)?.gates ?? null;
  if (ready === null || gates === null || gates.step !== 0) return null;
  const usage = known.get(gates) ?? usageOf(ready.network, gates);
  known.set(gates, usage);
  return usage;
}

function usageOf(
  { blocks, stemMacs, denseMacs }: Ready['network'],
  { step, blocks: gates }: MapGates,
): UsageRow {
  const images = gates[0]!.length / blocks[0]!.channels;
  const open = blocks.map(({ channels }, l) => openShares(gates[l]!, channels));
  const channelUsage = blocks.map(({ name, channels }, l) => {
    const off = open[l]!.filter((share) => share === 0).length;
    const on = open[l]!.filter((share) => share === 1).length;
    const mean = open[l]!.reduce((sum, share) => sum + share, 0) / channels;
    return { block: name, channels, off, on, dependent: channels - off - on, open: mean };
  });
  const macs = blocks.reduce((sum, block, l) => {
    const { downsample, mask } = block.macs;
    return sum + downsample + mask + macsPerOpenChannel(block) * block.channels * channelUsage[l]!.open;
  }, stemMacs);
  return { step, images, macRatio: macs / denseMacs, channelUsage, open };
}

/** Share of the images that open each channel, f32 [C]. */
function openShares(gates: Uint8Array, channels: number): Float32Array {
  const counts = new Float32Array(channels);
  for (let i = 0; i < gates.length; i++) counts[i % channels]! += gates[i]!;
  return counts.map((count) => count / (gates.length / channels));
}
