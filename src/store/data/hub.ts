import { create } from 'zustand';
import {
  estimatedBytes,
  HUB_SETS,
  type HubPart,
  type HubSet,
  type HubSetId,
  hubSet,
  mostOf,
} from '../../data/hub/catalogue.ts';
import { HubClient } from '../../data/hub/client.ts';
import type { HubFault } from '../../data/hub/hubError.ts';
import type { HubProgress } from '../../data/hub/loadHub.ts';
import type { HubNews, KeptSizes, PartSummary } from '../../data/hub/protocol.ts';
import type { HubSource } from '../../run/protocol.ts';
import { underWay, usePlayground } from '../playground.ts';
import { useSettings } from '../settings.ts';
import { sideOf } from './source.ts';

export {
  estimatedBytes,
  HUB_SETS,
  type HubSet,
  type HubSetId,
  hubPage,
  hubSet,
} from '../../data/hub/catalogue.ts';
export type { HubProgress } from '../../data/hub/loadHub.ts';
export type { PartSummary } from '../../data/hub/protocol.ts';

/** What to download. */
export interface HubOrder {
  readonly set: HubSetId;
  /** Number of images of each part. */
  readonly train: number;
  readonly test: number;
  /** Side that the images are scaled to, pixels; null to keep their own. */
  readonly side: number | null;
}

export type HubPhase =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'downloading';
      readonly order: HubOrder;
      readonly progress: HubProgress | null;
      readonly pace: Pace;
    }
  | {
      readonly kind: 'done';
      readonly order: HubOrder;
      readonly kept: boolean;
      readonly train: PartSummary;
      readonly test: PartSummary;
    }
  | { readonly kind: 'cancelled'; readonly order: HubOrder }
  | {
      readonly kind: 'failed';
      readonly order: HubOrder;
      readonly fault: HubFault | 'internal';
      readonly message: string;
    };

/** The pace of a download: the total bytes received at some moments, the latest last. */
export type Pace = readonly { readonly at: number; readonly received: number }[];

export interface Hub {
  readonly open: boolean;
  readonly order: HubOrder;
  readonly phase: HubPhase;
  /** Bytes kept of each set; null if this browser keeps nothing; undefined before the first answer. */
  readonly kept: KeptSizes | null | undefined;
  /** What could not be deleted or measured, and why. */
  readonly complaint: string | null;
  /** The set that will be deleted when the user confirms it. */
  readonly clearing: HubSetId | null;
  show(): void;
  /** Asks how much is kept of each set. */
  measure(): void;
  /** Closes the dialog. A download continues. */
  hide(): void;
  choose(set: HubSetId): void;
  change(order: Partial<Pick<HubOrder, 'train' | 'test' | 'side'>>): void;
  download(): void;
  cancel(): void;
  /** Chooses the downloaded images for the next run. */
  use(): void;
  askToClear(set: HubSetId): void;
  clear(yes: boolean): void;
}

/** Number of images that is enough for a run of minutes. */
const FIRST_TRAIN = 5000;
const FIRST_TEST = 1000;
/** The pace is measured over this many milliseconds. */
const PACE_MS = 5000;

/** The first suggestion for a set. */
export function firstOrder({ id, train, test, sides }: HubSet): HubOrder {
  return {
    set: id,
    train: Math.min(FIRST_TRAIN, train.rows),
    test: Math.min(FIRST_TEST, test.rows),
    side: sides[0] ?? null,
  };
}

/**
 * The reasons why an order cannot be downloaded, one sentence for each; empty if it can. An order that does
 * not fit into memory is refused here, before gigabytes are downloaded in vain.
 */
export function orderFaults(order: HubOrder): string[] {
  const side = sideOf(sourceOf(order, true));
  const part = (name: string, count: number, of: HubPart) => {
    if (!Number.isInteger(count) || count < 2 || count > of.rows)
      return [`${name}: a whole number from 2 to ${of.rows}`];
    const most = mostOf(of, side);
    return count > most ? [`${name}: at most ${most} fit into memory at ${side} × ${side} pixels`] : [];
  };
  const { train, test } = hubSet(order.set);
  return [...part('Training images', order.train, train), ...part('Test images', order.test, test)];
}

/** The approximate number of bytes that an order downloads if nothing is kept. */
export function orderBytes(order: HubOrder): number {
  return estimatedBytes(hubSet(order.set), order);
}

/** The source of a run that uses the images of an order. */
export function sourceOf({ set, train, test, side }: HubOrder, kept: boolean): HubSource {
  const { train: allTrain, test: allTest } = hubSet(set);
  const limits = { train: train < allTrain.rows ? train : null, test: test < allTest.rows ? test : null };
  return { kind: 'hub', set, side, limits, kept };
}

/** Adds a moment, and removes moments that are too old. */
export function paced(pace: Pace, received: number, at: number): Pace {
  return [...pace.filter((moment) => at - moment.at <= PACE_MS), { at, received }];
}

/** Bytes per second; null with fewer than two moments. */
export function rateOf(pace: Pace): number | null {
  const [first, last] = [pace[0], pace.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return null;
  return (1000 * (last.received - first.received)) / (last.at - first.at);
}

export const useHub = create<Hub>()((set, get) => {
  const client = new HubClient(hear);

  function hear(news: HubNews): void {
    const { phase } = get();
    if (news.kind === 'kept') {
      set({ kept: news.sizes });
      return;
    }
    if (news.kind === 'complaint') {
      set({ complaint: news.message });
      return;
    }
    if (phase.kind !== 'downloading') return;
    const { order } = phase;
    if (news.kind === 'progress') {
      const pace = paced(phase.pace, news.progress.received, performance.now());
      set({ phase: { ...phase, progress: news.progress, pace } });
    } else if (news.kind === 'done') {
      const { kept, train, test } = news;
      set({ phase: { kind: 'done', order, kept, train, test } });
      if (!underWay(usePlayground.getState().run)) get().use();
    } else if (news.kind === 'cancelled') set({ phase: { kind: 'cancelled', order } });
    else set({ phase: { kind: 'failed', order, fault: news.fault, message: news.message } });
  }

  return {
    open: false,
    order: firstOrder(HUB_SETS[0]!),
    phase: { kind: 'idle' },
    kept: undefined,
    clearing: null,
    complaint: null,
    show: () => {
      set({ open: true });
      get().measure();
    },
    measure: () => client.send({ kind: 'measure' }),
    hide: () => set({ open: false, clearing: null, complaint: null }),
    choose: (id) => set({ order: firstOrder(hubSet(id)), ...settled(get().phase) }),
    change: (change) => set(({ order, phase }) => ({ order: { ...order, ...change }, ...settled(phase) })),
    download: () => {
      const { order } = get();
      if (orderFaults(order).length > 0) return;
      set({ phase: { kind: 'downloading', order, progress: null, pace: [] }, clearing: null });
      const { set: id, side, limits } = sourceOf(order, true);
      client.send({ kind: 'download', set: id, side, limits });
    },
    cancel: () => client.send({ kind: 'cancel' }),
    use: () => {
      const { phase } = get();
      if (phase.kind === 'done') useSettings.getState().chooseSource(sourceOf(phase.order, phase.kept));
    },
    askToClear: (clearing) => set({ clearing }),
    clear: (yes) => {
      const { clearing } = get();
      set({ clearing: null, complaint: null });
      if (!yes || clearing === null) return;
      set(({ phase }) => settled(phase));
      client.send({ kind: 'clear', set: clearing });
    },
  };
});

/** Results of an earlier order do not fit a changed order and are dropped. A running download continues. */
function settled(phase: HubPhase): { readonly phase: HubPhase } {
  return { phase: phase.kind === 'downloading' ? phase : { kind: 'idle' } };
}
